import { fail } from '../../../core/index.js';
import type { GraphBuilder, Value } from '../../../engine/graph/index.js';

/** What a text is in its sample, as the first number of its target. The texts of a sample are neighbours in a batch, in this order. */
export const ROLE = { anchor: 0, positive: 1, negative: 2 } as const;

/** 1 where a row has the role, else 0, `[R]`. @param target int64 `[R, 2]`: the role, and a number that stands for the text */
export function hasRole(b: GraphBuilder, target: Value, role: number, like: Value): Value {
  return b.cast(b.equal(column(b, target, 0), role), like.type);
}

/** A number for the text of each row, `[R]`. */
export function textNumbers(b: GraphBuilder, target: Value): Value {
  return column(b, target, 1);
}

function column(b: GraphBuilder, target: Value, index: number): Value {
  return b.reshape(b.slice(target, [index], [index + 1], [1]), [target.dims[0] as number]);
}

/** Row i of the result is row i + `by`; the last rows, which have none, are the last one again. */
export function ahead(b: GraphBuilder, x: Value, by: number): Value {
  const rows = x.dims[0] as number;
  return b.op('Gather', [x, b.ints(Array.from({ length: rows }, (_, row) => Math.min(rows - 1, row + by)))], { axis: 0 });
}

/** Cosine of each row and the one `by` rows on, `[R]`, of rows of length 1. */
export function cosineAhead(b: GraphBuilder, unit: Value, by: number): Value {
  return b.reduceSum(b.mul(unit, ahead(b, unit, by)), [1], false);
}

/** @throws LOSS_SHAPE where rows are not embeddings `[R, D]` or the target does not hold `width` numbers a row */
export function checkRows(loss: string, output: Value, target: Value, width: number): void {
  const fits = output.dims.length === 2 && target.dims.length === 2 && target.dims[1] === width;
  if (!fits) fail('LOSS_SHAPE', { loss, output: output.dims.join('×'), target: target.dims.join('×') });
}

/** Anchors of a batch: what a loss of theirs is the mean over. */
export function countAnchors(targets: ArrayLike<number | bigint>): number {
  let count = 0;
  for (let i = 0; i < targets.length; i += 2) if (Number(targets[i]) === ROLE.anchor) count++;
  return count;
}
