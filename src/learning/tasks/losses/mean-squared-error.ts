import { fail, float32, sizeOf } from '../../../core/index.js';
import type { GraphBuilder, Value } from '../../../engine/graph/index.js';
import { type Loss, maskLike, sumAll } from './loss.js';

/** Where the values of each target column lie, and how far apart. */
export interface TargetScale {
  readonly centre: readonly number[];
  /** Above 0. */
  readonly spread: readonly number[];
}

export interface SquaredErrorOptions {
  /** Of targets that the output shall say as (target − centre) / spread; left out where it says the targets themselves. */
  readonly scale?: TargetScale;
}

/** Mean of (output − target)² over all elements of the real samples. */
export function meanSquaredError({ scale }: SquaredErrorOptions): Loss {
  const build: Loss['build'] = (b, { output, target, mask }) => {
    if (sizeOf(output.dims) !== sizeOf(target.dims))
      fail('LOSS_SHAPE', { loss: 'mse', output: output.dims.join('×'), target: target.dims.join('×') });
    const wanted = b.reshape(b.cast(target, output.type), output.dims);
    const difference = b.sub(output, scale ? scaled(b, wanted, scale) : wanted);
    const perSample = sizeOf(output.dims.slice(1));
    const squares = b.mul(b.mul(difference, difference), maskLike(b, mask, output));
    return b.div(sumAll(b, squares), b.mul(sumAll(b, mask), perSample));
  };
  return { build, weight: (_, samples) => samples };
}

function scaled(b: GraphBuilder, target: Value, { centre, spread }: TargetScale): Value {
  const row = (values: readonly number[]): Value => b.cast(b.constant(float32([values.length], values)), target.type);
  return b.div(b.sub(target, row(centre)), row(spread));
}
