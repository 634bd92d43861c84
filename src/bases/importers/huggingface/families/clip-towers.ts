import * as z from 'zod';
import {
  activationOf,
  add,
  addParameter,
  attention,
  embedding,
  layerNorm,
  linear,
  type Network,
  select,
  type Value,
} from '../../torch-layers/index.js';
import { count } from '../family.js';
import { positionRows } from '../text/inputs.js';
import { causalBias } from '../text/masks.js';
import { firstPlaceOf, placeOfLargest, rowAt } from '../text/places.js';
import { imageInput, imageShape, patchesBehind } from '../vision/images.js';

const layers = {
  hidden_act: z.string().default('quick_gelu'),
  layer_norm_eps: z.number().default(1e-5),
  num_hidden_layers: count.default(12),
};

export const clipVisionConfig = z.object({ ...layers, ...imageShape, num_attention_heads: count.default(12) });
export const clipTextConfig = z.object({ ...layers, num_attention_heads: count.default(8), eos_token_id: z.int().min(0).default(49407) });

export type ClipVisionConfig = z.output<typeof clipVisionConfig>;
export type ClipTextConfig = z.output<typeof clipTextConfig>;

type LayersConfig = Pick<ClipVisionConfig, keyof typeof layers | 'num_attention_heads'>;

/** Attention and two wider layers, each behind a normalisation and beside what it is added to. */
function clipLayer(x: Value, name: string, config: LayersConfig, biases: readonly Value[]): Value {
  const eps = config.layer_norm_eps;
  const at = `${name}.self_attn`;
  const normal = layerNorm(x, `${name}.layer_norm1`, eps);
  const attended = add(
    x,
    attention(normal, [`${at}.q_proj`, `${at}.k_proj`, `${at}.v_proj`, `${at}.out_proj`], config.num_attention_heads, { biases }),
  );
  const wide = activationOf(config.hidden_act, name)(linear(layerNorm(attended, `${name}.layer_norm2`, eps), `${name}.mlp.fc1`));
  return x.net.rename(add(attended, linear(wide, `${name}.mlp.fc2`)), name);
}

function encode(start: Value, base: string, config: LayersConfig, biases: readonly Value[]): Value {
  return Array.from({ length: config.num_hidden_layers }).reduce<Value>(
    (x, _, i) => clipLayer(x, `${base}encoder.layers.${i}`, config, biases),
    start,
  );
}

/** A tower's weights have its name before theirs, unless a file was saved of the tower alone by transformers 5. */
function prefixOf(net: Network, tower: string, weight: string): string {
  return net.has(weight) ? '' : `${tower}.`;
}

/** What the tower of images says of a class token and of each patch: `[N, 1 + patches, width]`. */
export function encodeImages(net: Network, config: ClipVisionConfig): Value {
  const base = imagePrefix(net);
  const all = patchesBehind([`${base}embeddings.class_embedding`], imageInput(net, config), `${base}embeddings.patch_embedding`);
  const placed = addParameter(all, `${base}embeddings.position_embedding.weight`, [Number(all.dims[1]), Number(all.dims[2])]);
  return encode(layerNorm(placed, `${base}pre_layrnorm`, config.layer_norm_eps), base, config, []);
}

/** What it says of whole images, from the class token: `[N, width]`. */
export function poolImages(last: Value, { layer_norm_eps }: ClipVisionConfig): Value {
  return layerNorm(select(last, 1, 0), `${imagePrefix(last.net)}post_layernorm`, layer_norm_eps);
}

function imagePrefix(net: Network): string {
  return prefixOf(net, 'vision_model', 'embeddings.class_embedding');
}

/**
 * What the tower of texts, in which no token sees a later one, says of each token `[N, T, width]`, and of whole texts, from the token that ends
 * them: `[N, width]`.
 * @param many name of the number of texts
 */
export function encodeTexts(net: Network, config: ClipTextConfig, many = 'batch'): { readonly last: Value; readonly pooled: Value } {
  const base = prefixOf(net, 'text_model', 'embeddings.token_embedding.weight');
  const [ids, mask] = ['input_ids', 'attention_mask'].map((name) => net.input(name, 'int64', [many, 'sequence'])) as [Value, Value];
  const biases = [causalBias(mask)];
  const words = embedding(ids, `${base}embeddings.token_embedding.weight`);
  const placed = add(words, positionRows(ids, `${base}embeddings.position_embedding.weight`));
  const last = layerNorm(encode(placed, base, config, biases), `${base}final_layer_norm`, config.layer_norm_eps);
  // Early configurations name a wrong token; the right one has the largest number.
  const end = config.eos_token_id === 2 ? placeOfLargest(ids) : firstPlaceOf(ids, config.eos_token_id);
  return { last, pooled: rowAt(last, end) };
}
