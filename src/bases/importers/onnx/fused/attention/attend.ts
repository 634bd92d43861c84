import type { ConvertContext } from '../../../../../engine/graph/index.js';
import { number } from '../write.js';

/** Scaled dot-product attention (Vaswani et al., 2017). */
export interface Attending {
  /** [B, heads, T, size] each; keys and values have a T of their own. */
  readonly query: string;
  readonly key: string;
  readonly value: string;
  /** Factor of the scores; 1/√size where it is 0. */
  readonly scale: number;
  /** Added to the scores [B, heads, T, total], broadcast. */
  readonly biases: readonly string[];
  /** Scores are limited to ±softcap where it is not 0. */
  readonly softcap?: number;
  /** A score [1, heads or 1, 1, 1] that takes its share and gives nothing. */
  readonly sink?: string;
}

/** softmax(scale · Q Kᵀ + biases) V. */
export function attend(c: ConvertContext, { query, key, value, scale, biases, softcap = 0, sink }: Attending): string {
  const products = c.add('MatMul', [scaled(c, query, scale), c.add('Transpose', [key], { perm: [0, 1, 3, 2] })]);
  const limit = number(c, softcap, query);
  const capped = softcap === 0 ? products : c.add('Mul', [c.add('Tanh', [c.add('Div', [products, limit])]), limit]);
  const scores = biases.reduce((sum, bias) => c.add('Add', [sum, bias]), capped);
  return c.add('MatMul', [sink === undefined ? c.add('Softmax', [scores], { axis: -1 }) : softmaxWithSink(c, scores, sink), value]);
}

function scaled(c: ConvertContext, query: string, scale: number): string {
  if (scale !== 0) return c.add('Mul', [query, number(c, scale, query)]);
  const size = c.dimsOf(query)?.[3];
  if (typeof size === 'number') return c.add('Mul', [query, number(c, 1 / Math.sqrt(size), query)]);
  return c.add('Div', [query, c.add('Sqrt', [c.add('CastLike', [c.add('Shape', [query], { start: -1 }), query])])]);
}

/** Softmax over one score more than there are keys. */
function softmaxWithSink(c: ConvertContext, scores: string, sink: string): string {
  const shape = c.add('Concat', [c.add('Shape', [scores], { start: 0, end: 3 }), c.ints([1])], { axis: 0 });
  const weights = c.add('Softmax', [c.add('Concat', [scores, c.add('Expand', [sink, shape])], { axis: -1 })], { axis: -1 });
  return c.add('Slice', [weights, c.ints([0]), c.ints([-1]), c.ints([-1])]);
}
