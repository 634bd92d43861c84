import { float32 } from '../../../core/index.js';
import type { GraphBuilder, Value } from '../../../engine/graph/index.js';
import { NO_CLASS } from '../../data/index.js';
import type { LossInputs } from './loss.js';

/** 1 where a pixel of a real sample has a class, else 0: `[N, H, W]`. @param target int64 `[N, H, W]` */
export function countedPixels(b: GraphBuilder, { output, target, mask }: LossInputs): Value {
  const [n = 0] = target.dims;
  const known = b.cast(b.op('Not', [b.equal(target, NO_CLASS)]), output.type);
  return b.mul(known, b.reshape(mask, [n, 1, 1]));
}

/** 1 at the class of each counted pixel, else 0: `[N, C, H, W]`. @param counted `[N, H, W]` */
export function truthOf(b: GraphBuilder, { output, target }: Pick<LossInputs, 'output' | 'target'>, counted: Value): Value {
  const [n = 0, classes = 0, height = 0, width = 0] = output.dims;
  const numbers = b.reshape(b.ints(Array.from({ length: classes }, (_, i) => i)), [1, classes, 1, 1]);
  const hot = b.cast(b.equal(b.reshape(target, [n, 1, height, width]), numbers), output.type);
  return b.mul(hot, b.reshape(counted, [n, 1, height, width]));
}

/** The mean over the classes that occur. @param values `[C]` @param sizes pixels of each class, `[C]` */
export function meanOfPresent(b: GraphBuilder, values: Value, sizes: Value): Value {
  const present = b.cast(b.greater(sizes, 0), values.type);
  const one = b.cast(b.constant(float32([], [1])), values.type);
  return b.div(b.reduceSum(b.mul(values, present), [0], false), b.op('Max', [b.reduceSum(present, [0], false), one]));
}
