import * as z from 'zod';
import {
  activationOf,
  add,
  attention,
  concatenate,
  layerNorm,
  linear,
  mean,
  multiply,
  type Network,
  reshape,
  resizeBicubic,
  select,
  silu,
  slice,
  split,
  squeeze,
  toSequence,
  transpose,
  type Value,
} from '../../torch-layers/index.js';
import { count, family, withLabels } from '../family.js';
import { addPositions, imageInput, imageShape, patchesBehind } from '../vision/images.js';

const dinov2Config = withLabels({
  ...imageShape,
  hidden_act: z.string().default('gelu'),
  layer_norm_eps: z.number().default(1e-6),
  num_attention_heads: count.default(12),
  num_hidden_layers: count.default(12),
  use_swiglu_ffn: z.boolean().default(false),
});

type Dinov2Config = z.output<typeof dinov2Config>;

const PATCHES = 'embeddings.patch_embeddings.projection';

/** Adds to each token what a table has for its place: for a square of patches, which is stretched for images of another size. */
function addPlaces(x: Value, base: string, { image_size }: Dinov2Config): Value {
  const { net } = x;
  const name = `${base}embeddings.position_embeddings`;
  const [height = 0, width = 0] = net.dimsOf(`${base}${PATCHES}.weight`).slice(2);
  const grid = [Math.floor(image_size[0] / height), Math.floor(image_size[1] / width)] as const;
  const side = Math.trunc(Math.sqrt((net.dimsOf(name)[1] ?? 0) - 1));
  if (grid[0] === side && grid[1] === side) return addPositions(x, name);
  const channels = Number(x.dims[2]);
  const table = net.parameter(name, [1, 1 + side * side, channels]);
  const square = transpose(reshape(slice(table, 1, 1, 1 + side * side), [1, side, side, channels]), [0, 3, 1, 2]);
  return add(x, concatenate([slice(table, 1, 0, 1), toSequence(resizeBicubic(square, grid))], 1));
}

/** Two layers, or three of which one gates another: `weights_in` computes both of those side by side. */
function feedForward(x: Value, name: string, { hidden_act, use_swiglu_ffn }: Dinov2Config): Value {
  if (!use_swiglu_ffn) return linear(activationOf(hidden_act, name)(linear(x, `${name}.fc1`)), `${name}.fc2`);
  const [gate = x, up = x] = split(linear(x, `${name}.weights_in`), 2, 2);
  return linear(multiply(silu(gate), up), `${name}.weights_out`);
}

/** A layer of a ViT whose two branches are scaled channel by channel. */
function dinov2Layer(x: Value, name: string, config: Dinov2Config): Value {
  const scaled = (branch: Value, at: string): Value => multiply(branch, x.net.parameter(`${name}.${at}.lambda1`, [Number(x.dims[2])]));
  const at = `${name}.attention.attention`;
  const normal = layerNorm(x, `${name}.norm1`, config.layer_norm_eps);
  const own = attention(normal, [`${at}.query`, `${at}.key`, `${at}.value`, `${name}.attention.output.dense`], config.num_attention_heads);
  const attended = add(scaled(own, 'layer_scale1'), x);
  const wide = feedForward(layerNorm(attended, `${name}.norm2`, config.layer_norm_eps), `${name}.mlp`, config);
  return x.net.rename(add(scaled(wide, 'layer_scale2'), attended), name);
}

/** The last hidden state `[N, 1 + patches, width]`. */
function encode(net: Network, config: Dinov2Config, base: string): Value {
  let x = addPlaces(patchesBehind([`${base}embeddings.cls_token`], imageInput(net, config), `${base}${PATCHES}`), base, config);
  for (let i = 0; i < config.num_hidden_layers; i++) x = dinov2Layer(x, `${base}encoder.layer.${i}`, config);
  return layerNorm(x, `${base}layernorm`, config.layer_norm_eps);
}

/** The class token beside the mean of the patches: `[N, 2·width]`. */
function summarise(x: Value): Value {
  const patches = squeeze(mean(slice(x, 1, 1, Number(x.dims[1])), [1]), [1]);
  return concatenate([select(x, 1, 0), patches], 1);
}

/** Oquab et al. 2023, arXiv:2304.07193. Source: transformers/models/dinov2/modeling_dinov2.py */
export const dinov2 = family({
  type: 'dinov2',
  base: 'dinov2',
  config: dinov2Config,
  takesAnySize: true,
  // Stands for patches that were hidden in pretraining.
  unneeded: /(?:^|\.)embeddings\.mask_token$/,
  classifier: { className: 'Dinov2ForImageClassification', layer: 'classifier' },
  classes: {
    Dinov2Model: {
      build: (net, config, base) => {
        const last = encode(net, config, base);
        return { last_hidden_state: last, pooler_output: select(last, 1, 0) };
      },
    },
    Dinov2ForImageClassification: {
      head: /^classifier\./,
      build: (net, config, base) => ({ logits: linear(summarise(encode(net, config, base)), 'classifier', { units: config.labels }) }),
    },
  },
});
