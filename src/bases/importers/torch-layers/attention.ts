import { fail } from '../../../core/index.js';
import { softmax } from './activation.js';
import { add, matMul, scale } from './arithmetic.js';
import { affine, linear } from './linear.js';
import type { Value } from './network.js';
import { exchange, reshape, split } from './shape.js';

/** `[…, T, heads·d]` as `[…, heads, T, d]`. @throws IMPORT_TOPOLOGY where the heads would not have the same width */
export function splitHeads(x: Value, heads: number): Value {
  const each = Number(x.dims.at(-1)) / heads;
  if (!Number.isInteger(heads) || !Number.isInteger(each)) unequal(x, heads);
  return exchange(reshape(x, [...x.dims.slice(0, -1), heads, each]), -3, -2);
}

function unequal(x: Value, heads: number): never {
  return fail('IMPORT_TOPOLOGY', { reason: `"${x.name}" of [${x.dims.join(', ')}] does not divide into ${heads} equal heads` });
}

/** `[…, heads, T, d]` as `[…, T, heads·d]`. */
export function mergeHeads(x: Value): Value {
  const back = exchange(x, -3, -2);
  return reshape(back, [...back.dims.slice(0, -2), Number(back.dims.at(-2)) * Number(back.dims.at(-1))]);
}

/** Queries, keys and values `[…, heads, T, d]` that one layer computed side by side: `[…, T, 3·heads·d]`. */
export function splitPacked(x: Value, heads: number): readonly [q: Value, k: Value, v: Value] {
  const [q = x, k = x, v = x] = split(x, 3, x.dims.length - 1).map((part) => splitHeads(part, heads));
  return [q, k, v];
}

interface AttentionOptions {
  /** Added to the scores `[…, heads, T, S]`, broadcast: masks and position biases. */
  readonly biases?: readonly Value[];
  /** Factor of the scores; default 1 / √d. */
  readonly factor?: number;
}

/**
 * softmax(q·kᵀ · factor + biases) · v of heads `[…, heads, T, d]`. There may be fewer heads of keys and values `[N, fewer, S, d]`, each of which then
 * serves as many neighbouring heads of queries.
 * @throws IMPORT_TOPOLOGY where these do not divide among them
 */
export function attend(q: Value, k: Value, v: Value, { biases = [], factor = 1 / Math.sqrt(Number(q.dims.at(-1))) }: AttentionOptions = {}): Value {
  const heads = Number(k.dims.at(-3));
  const scores = scale(apart(matMul(together(q, heads), exchange(k, -2, -1)), q), factor);
  const weights = softmax(biases.reduce((sum, bias) => add(sum, bias), scores));
  return apart(matMul(together(weights, heads), v), q);
}

/** Neighbouring heads `[N, heads, T, d]` in one, one below the other: `[N, fewer, T·heads / fewer, d]`. */
function together(x: Value, fewer: number): Value {
  const heads = Number(x.dims.at(-3));
  if (heads === fewer) return x;
  if (heads % fewer !== 0) unequal(x, fewer);
  return reshape(x, [...x.dims.slice(0, -3), fewer, null, x.dims.at(-1) ?? null]);
}

/** What {@link together} made one, as the heads of `q` again. */
function apart(x: Value, q: Value): Value {
  return x.dims.at(-3) === q.dims.at(-3) ? x : reshape(x, [...q.dims.slice(0, -1), x.dims.at(-1) ?? null]);
}

/** PyTorch's MultiheadAttention of a sequence `[N, T, width]` to itself; the weight `name.in_proj_weight` `[3·width, width]` stays one. */
export function selfAttention(x: Value, name: string, heads: number): Value {
  const width = Number(x.dims.at(-1));
  const weight = x.net.parameter(`${name}.in_proj_weight`, [3 * width, width], 'transposed');
  const packed = affine(x, weight, x.net.parameter(`${name}.in_proj_bias`, [3 * width]), `${name}.in_proj`);
  return linear(mergeHeads(attend(...splitPacked(packed, heads))), `${name}.out_proj`);
}

/** The names of the layers of an attention: queries, keys, values, and the one behind. */
export type AttentionLayers = readonly [q: string, k: string, v: string, out: string];

/** The attention of a sequence `[…, T, width]` to itself, of a layer for each part. */
export function attention(x: Value, [query, key, value, out]: AttentionLayers, heads: number, options?: AttentionOptions): Value {
  const [q = x, k = x, v = x] = [query, key, value].map((name) => splitHeads(linear(x, name), heads));
  return linear(mergeHeads(attend(q, k, v, options)), out);
}
