import { sizeOf } from '../../../core/index.js';

/**
 * Where the batch lies in a tensor: `dims[axis] = outer · B · inner`, the batch between the two in row-major order. `outer = inner = 1` for an
 * axis that is the batch alone; `[B·T, C]` has inner = T.
 */
export interface BatchPosition {
  readonly axis: number;
  readonly outer: number;
  readonly inner: number;
}

/**
 * Where the batch is after a row-major reshape from `from` to `to`, both at batch size `batch`; `undefined` where the new shape cuts it in parts.
 * A batch of 1 leaves a choice: an axis that can be the batch alone wins, and features, which come last, are not merged with the batch.
 */
export function positionAfterReshape(
  { axis, outer }: BatchPosition,
  from: readonly number[],
  to: readonly number[],
  batch: number,
): BatchPosition | undefined {
  const before = sizeOf(from.slice(0, axis)) * outer;
  const candidates = to.flatMap((dim, at) => {
    const left = sizeOf(to.slice(0, at));
    const [share, rest] = [before / left, dim / ((before / left) * batch)];
    return Number.isInteger(share) && share > 0 && Number.isInteger(rest) && rest > 0 ? [{ axis: at, outer: share, inner: rest }] : [];
  });
  const cost = (position: BatchPosition): number => {
    const isMerged = position.outer * position.inner > 1;
    return (isMerged && position.axis > 0 && position.axis === to.length - 1 ? 4 : 0) + (position.outer > 1 ? 2 : 0) + (position.inner > 1 ? 1 : 0);
  };
  return candidates.sort((a, b) => cost(a) - cost(b))[0];
}

/** The batch alone on an axis. */
export function wholeAxis(axis: number): BatchPosition {
  return { axis, outer: 1, inner: 1 };
}

/** Where the batch is in a tensor that reads `dims` at one batch size and `others` at another; `undefined` when it is nowhere or in several places. */
export function changedAxis(dims: readonly number[], others: readonly number[]): number | undefined {
  const changed = dims.flatMap((dim, axis) => (others[axis] === dim ? [] : [axis]));
  return changed.length === 1 ? changed[0] : undefined;
}
