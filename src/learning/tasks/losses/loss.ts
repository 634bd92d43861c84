import type { GraphBuilder, Value } from '../../../engine/graph/index.js';

/** What a loss is computed from. */
export interface LossInputs {
  /** The model's raw output (logits or values), float, `[N, ...]`. */
  readonly output: Value;
  /** The target: class indices int64 `[N]`, or float values `[N, K]`. */
  readonly target: Value;
  /** 1 for each real sample of the batch, 0 for padding: float `[N]`. */
  readonly mask: Value;
}

export interface Loss {
  /** Set where the loss compares samples of one class: a batch must have several of each. */
  readonly byClass?: true;
  /** Adds the loss to a training graph: a scalar, the mean over the real samples. */
  build(b: GraphBuilder, inputs: LossInputs): Value;
  /** What a batch counts for where batches are averaged: its number of samples, or their weight. `targets` are class indices or values. */
  weight(targets: ArrayLike<number | bigint>, samples: number): number;
}

/** `mask` `[N]` in a shape that broadcasts against `like` `[N, ...]`. */
export function maskLike(b: GraphBuilder, mask: Value, like: Value): Value {
  return b.reshape(mask, [mask.dims[0] as number, ...like.dims.slice(1).map(() => 1)]);
}

/** Sum of all elements, as a scalar. */
export function sumAll(b: GraphBuilder, x: Value): Value {
  return b.reduceSum(
    x,
    x.dims.map((_, axis) => axis),
    false,
  );
}

/** Each row of `x` `[N, D]` divided by its length, or by 1e-6 where it is shorter. */
export function unitRows(b: GraphBuilder, x: Value): Value {
  const squares = b.reduceSum(b.mul(x, x), [1]);
  return b.div(x, b.sqrt(b.op('Max', [squares, b.scalar(x.type, 1e-12)])));
}

/** Mean of `values` `[N]` where `weights` `[N]` are 1; 0 where none is. */
export function meanOver(b: GraphBuilder, values: Value, weights: Value): Value {
  return b.div(sumAll(b, b.mul(values, weights)), b.op('Max', [sumAll(b, weights), b.scalar(weights.type, 1)]));
}
