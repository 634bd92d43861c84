import { softmax } from './activation.js';
import { add, matMul, scale } from './arithmetic.js';
import type { Value } from './network.js';
import { reshape, transpose } from './shape.js';

/** `[N, T, heads·d]` as `[N, heads, T, d]`. */
export function splitHeads(x: Value, heads: number): Value {
  const [n = null, t = null, width] = x.dims;
  return transpose(reshape(x, [n, t, heads, Number(width) / heads]), [0, 2, 1, 3]);
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

/** softmax(q·kᵀ · factor + biases) · v of heads `[N, heads, T, d]`. */
export function attend(q: Value, k: Value, v: Value, { biases = [], factor = 1 / Math.sqrt(Number(q.dims.at(-1))) }: AttentionOptions = {}): Value {
  const scores = scale(matMul(q, transpose(k, [0, 1, 3, 2])), factor);
  return matMul(softmax(biases.reduce((sum, bias) => add(sum, bias), scores)), v);
}
