import { compileKernel } from './kernel.js';
import type { Floats } from './optimizer.js';

const kernel = compileKernel({
  arrays: 2,
  scalars: ['share'],
  locals: 0,
  changes: [0],
  body: ({ array, toArray, scalar: c, add, sub, mul }) => [toArray(0)(add(array(0), mul(c('share'), sub(array(1), array(0)))))],
});

/** Moves an average, in place, by `share` of the way to the present values; arrays of one type and length. */
export function moveAverage(average: Floats, present: Floats, share: number): void {
  kernel([average, present], { share });
}
