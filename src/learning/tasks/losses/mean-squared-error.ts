import { fail, sizeOf } from '../../../core/index.js';
import { type Loss, maskLike, sumAll } from './loss.js';

const build: Loss['build'] = (b, { output, target, mask }) => {
  if (sizeOf(output.dims) !== sizeOf(target.dims)) fail('LOSS_SHAPE', { loss: 'mse', output: output.dims.join('×'), target: target.dims.join('×') });
  const difference = b.sub(output, b.reshape(b.cast(target, output.type), output.dims));
  const perSample = sizeOf(output.dims.slice(1));
  const squares = b.mul(b.mul(difference, difference), maskLike(b, mask, output));
  return b.div(sumAll(b, squares), b.mul(sumAll(b, mask), perSample));
};

/** Mean of (output − target)² over all elements of the real samples. */
export const meanSquaredError: Loss = { build, weight: (_, samples) => samples };
