import * as z from 'zod';
import { activationOf, add, attention, layerNorm, linear, type Network, select, type Value } from '../../torch-layers/index.js';
import { count, family, type Outputs, withLabels } from '../family.js';
import { addPositions, imageInput, imageShape, patchesBehind } from '../vision/images.js';

export const vitConfig = withLabels({
  ...imageShape,
  hidden_act: z.string().default('gelu'),
  layer_norm_eps: z.number().default(1e-12),
  num_attention_heads: count.default(12),
  num_hidden_layers: count.default(12),
  pooler_act: z.string().default('tanh'),
});

export type VitConfig = z.output<typeof vitConfig>;

/** Attention and two wider layers, each behind a normalisation and beside what it is added to. */
function vitLayer(x: Value, name: string, config: VitConfig): Value {
  const eps = config.layer_norm_eps;
  const at = `${name}.attention.attention`;
  const normal = layerNorm(x, `${name}.layernorm_before`, eps);
  const attended = add(
    attention(normal, [`${at}.query`, `${at}.key`, `${at}.value`, `${name}.attention.output.dense`], config.num_attention_heads),
    x,
  );
  const wide = activationOf(config.hidden_act, name)(linear(layerNorm(attended, `${name}.layernorm_after`, eps), `${name}.intermediate.dense`));
  return x.net.rename(add(linear(wide, `${name}.output.dense`), attended), name);
}

/** Tokens of their own stand before the patches: one that tells the class, and with DeiT one that a teacher taught. */
function embed(images: Value, base: string): Value {
  const tokens = ['cls_token', 'distillation_token'].map((token) => `${base}embeddings.${token}`).filter((name) => images.net.has(name));
  const all = patchesBehind(tokens, images, `${base}embeddings.patch_embeddings.projection`);
  return addPositions(all, `${base}embeddings.position_embeddings`);
}

/** The last hidden state `[N, tokens, width]`. */
export function encodeVit(net: Network, config: VitConfig, base: string): Value {
  let x = embed(imageInput(net, config), base);
  for (let i = 0; i < config.num_hidden_layers; i++) x = vitLayer(x, `${base}encoder.layer.${i}`, config);
  return layerNorm(x, `${base}layernorm`, config.layer_norm_eps);
}

/** The model without a head, which pools where the file has the layer for it. */
export function vitOutputs(net: Network, config: VitConfig, base: string): Outputs {
  const last = encodeVit(net, config, base);
  if (!net.has(`${base}pooler.dense.weight`)) return { last_hidden_state: last };
  const pooled = activationOf(config.pooler_act, 'pooler')(linear(select(last, 1, 0), `${base}pooler.dense`));
  return { last_hidden_state: last, pooler_output: pooled };
}

/** Scores of the classes, of the token at a place: `[N, classes]`. */
export function classifyToken(x: Value, place: number, layer: string, units: number): Value {
  return linear(select(x, 1, place), layer, { units });
}

/** Dosovitskiy et al. 2020, arXiv:2010.11929. Source: transformers/models/vit/modeling_vit.py */
export const vit = family({
  type: 'vit',
  base: 'vit',
  config: vitConfig,
  classifier: { className: 'ViTForImageClassification', layer: 'classifier' },
  classes: {
    ViTModel: { build: vitOutputs },
    ViTForImageClassification: {
      head: /^classifier\./,
      build: (net, config, base) => ({ logits: classifyToken(encodeVit(net, config, base), 0, 'classifier', config.labels) }),
    },
  },
});
