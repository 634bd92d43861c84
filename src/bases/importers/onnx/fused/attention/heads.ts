import type { ConvertContext, Node } from '../../../../../engine/graph/index.js';
import { become, dimOf } from '../write.js';

/** [B, T, heads·size] as [B, heads, T, size]; one of the two numbers may be −1. */
export function splitHeads(c: ConvertContext, x: string, heads: number, size = -1): string {
  return c.add('Transpose', [c.add('Reshape', [x, c.ints([0, 0, heads, size])])], { perm: [0, 2, 1, 3] });
}

/** [B, heads, T, size] as the node's output [B, T, heads·size]. */
export function joinHeads(node: Node, c: ConvertContext, x: string): Node {
  return become(node, 'Reshape', [c.add('Transpose', [x], { perm: [0, 2, 1, 3] }), c.ints([0, 0, -1])]);
}

/** Key or value heads [B, own, T, size] repeated for the query heads that share each: [B, own·times, T, size]. */
export function repeatHeads(c: ConvertContext, x: string, own: number, times: number): string {
  if (times === 1) return x;
  const repeated = c.add('Expand', [c.add('Unsqueeze', [x, c.ints([2])]), c.ints([1, 1, times, 1, 1])]);
  const shape = c.add('Concat', [dimOf(c, x, 0), c.ints([own * times]), c.add('Shape', [x], { start: 2 })], { axis: 0 });
  return c.add('Reshape', [repeated, shape]);
}

/** 0, 1, 2 … up to a size given as int64 [1]. */
export function count(c: ConvertContext, size: string): string {
  const scalar = (value: string): string => c.add('Squeeze', [value, c.ints([0])]);
  return c.add('Range', [scalar(c.ints([0])), scalar(size), scalar(c.ints([1]))]);
}

/** Positions int64 [1, T] from `first` [1] on, for the axis `axis` of `x`. */
export function positionsFrom(c: ConvertContext, x: string, axis: number, first: string): string {
  return c.add('Unsqueeze', [c.add('Add', [count(c, dimOf(c, x, axis)), c.add('Cast', [first], { to: 7 })]), c.ints([0])]);
}
