import { fail, sizeOf } from '../../../core/index.js';
import { type Loss, maskLike, sumAll } from './loss.js';

const build: Loss['build'] = (b, { output, target, mask }) => {
  if (sizeOf(output.dims) !== sizeOf(target.dims)) fail('LOSS_SHAPE', { loss: 'bce', output: output.dims.join('×'), target: target.dims.join('×') });
  const goal = b.reshape(b.cast(target, output.type), output.dims);
  const terms = b.sub(b.op('Softplus', [output]), b.mul(output, goal));
  const perSample = sizeOf(output.dims.slice(1));
  return b.div(sumAll(b, b.mul(terms, maskLike(b, mask, output))), b.mul(sumAll(b, mask), perSample));
};

/** Sigmoid cross-entropy over logits, mean over all elements of the real samples: softplus(x) − x·t, which never overflows. */
export const binaryCrossEntropy: Loss = { build, weight: (_, samples) => samples };
