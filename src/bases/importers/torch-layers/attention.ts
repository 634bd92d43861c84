import { fail } from '../../../core/index.js';
import { softmax } from './activation.js';
import { add, matMul, scale } from './arithmetic.js';
import type { Value } from './network.js';
import { reshape, transpose } from './shape.js';

/** `[N, T, heads·d]` as `[N, heads, T, d]`. @throws IMPORT_TOPOLOGY where the heads would not have the same width */
export function splitHeads(x: Value, heads: number): Value {
  const [n = null, t = null, width] = x.dims;
  const each = Number(width) / heads;
  if (!Number.isInteger(heads) || !Number.isInteger(each)) unequal(x, heads);
  return transpose(reshape(x, [n, t, heads, each]), [0, 2, 1, 3]);
}

function unequal(x: Value, heads: number): never {
  return fail('IMPORT_TOPOLOGY', { reason: `"${x.name}" of [${x.dims.join(', ')}] does not divide into ${heads} equal heads` });
}

/** `[N, heads, T, d]` as `[N, T, heads·d]`. */
export function mergeHeads(x: Value): Value {
  const back = transpose(x, [0, 2, 1, 3]);
  const [n = null, t = null, heads, d] = back.dims;
  return reshape(back, [n, t, Number(heads) * Number(d)]);
}

interface AttentionOptions {
  /** Added to the scores `[N, heads, T, S]`, broadcast: masks and position biases. */
  readonly biases?: readonly Value[];
  /** Factor of the scores; default 1 / √d. */
  readonly factor?: number;
}

/**
 * softmax(q·kᵀ · factor + biases) · v of heads `[N, heads, T, d]`. There may be fewer heads of keys and values `[N, fewer, S, d]`, each of which then
 * serves as many neighbouring heads of queries.
 * @throws IMPORT_TOPOLOGY where these do not divide among them
 */
export function attend(q: Value, k: Value, v: Value, { biases = [], factor = 1 / Math.sqrt(Number(q.dims.at(-1))) }: AttentionOptions = {}): Value {
  const heads = Number(k.dims[1]);
  const scores = scale(apart(matMul(together(q, heads), transpose(k, [0, 1, 3, 2])), q), factor);
  const weights = softmax(biases.reduce((sum, bias) => add(sum, bias), scores));
  return apart(matMul(together(weights, heads), v), q);
}

/** Neighbouring heads `[N, heads, T, d]` in one, one below the other: `[N, fewer, T·heads / fewer, d]`. */
function together(x: Value, fewer: number): Value {
  const [n = null, heads, , d = null] = x.dims;
  if (Number(heads) % fewer !== 0) unequal(x, fewer);
  return heads === fewer ? x : reshape(x, [n, fewer, null, d]);
}

/** What {@link together} made one, as the heads of `q` again. */
function apart(x: Value, q: Value): Value {
  const [n = null, heads, , d = null] = x.dims;
  return heads === q.dims[1] ? x : reshape(x, [n, q.dims[1] ?? null, q.dims[2] ?? null, d]);
}
