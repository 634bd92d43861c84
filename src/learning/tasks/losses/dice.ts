import type { Loss } from './loss.js';
import { countedPixels, meanOfPresent, truthOf } from './pixels.js';

/** Keeps a class of few pixels from a division by nothing. */
const SMOOTH = 1;

/**
 * 1 − 2 Σ p·t / (Σ p + Σ t), the mean over the classes that occur in the batch; p is the softmax, sums are over the pixels of the batch
 * (Milletari et al., V-Net, arXiv 1606.04797, for several classes as in Sudre et al., arXiv 1707.03237, unweighted). Scores `[N, C, H, W]` and classes int64
 * `[N, H, W]`, of which 255 counts for nothing. Numerator and denominator have 1 added.
 */
export const dice: Loss = {
  build: (b, inputs) => {
    const { output } = inputs;
    const [n = 0, , height = 0, width = 0] = output.dims;
    const counted = countedPixels(b, inputs);
    const truth = truthOf(b, inputs, counted);
    const found = b.mul(b.op('Softmax', [output], { axis: 1 }), b.reshape(counted, [n, 1, height, width]));
    const [both, guessed, actual] = [b.mul(found, truth), found, truth].map((x) => b.reduceSum(x, [0, 2, 3], false)) as [
      typeof truth,
      typeof truth,
      typeof truth,
    ];
    const overlap = b.div(b.add(b.mul(both, 2), SMOOTH), b.add(b.add(guessed, actual), SMOOTH));
    return meanOfPresent(b, b.sub(b.scalar(output.type, 1), overlap), actual);
  },
  weight: (_, samples) => samples,
};
