import { type Loss, sumAll, unitRows } from './loss.js';

export interface ContrastOptions {
  /** Divides the cosines: small values look at the nearest samples alone. Above 0. */
  readonly temperature: number;
}

/**
 * Draws samples of one class together and those of others apart: features `[N, D]` and class indices `[N]`. Over each sample that has another of its
 * class in the batch, the mean of −log softmax of its cosines with these, the softmax over all others of the batch (Khosla et al., Supervised
 * Contrastive Learning, arXiv 2004.11362, equation 2).
 */
export function supervisedContrast({ temperature }: ContrastOptions): Loss {
  const build: Loss['build'] = (b, { output, target, mask }) => {
    const [n = 0] = output.dims;
    const unit = unitRows(b, output);
    const cosines = b.mul(b.op('Gemm', [unit, unit], { transB: 1 }), 1 / temperature);
    // 1 for pairs of two different real samples.
    const real = b.mul(b.reshape(mask, [n, 1]), b.reshape(mask, [1, n]));
    const same = b.cast(b.equal(b.reshape(target, [n, 1]), b.reshape(target, [1, n])), output.type);
    const identity = b.op('EyeLike', [real]);
    const others = b.mul(real, b.sub(b.scalar(output.type, 1), identity));
    const partners = b.mul(others, same);
    // What is no other sample does not count in the softmax.
    const logits = b.add(cosines, b.mul(b.sub(others, b.scalar(output.type, 1)), 1e9));
    const logProbability = b.op('LogSoftmax', [logits], { axis: -1 });
    const count = b.reduceSum(partners, [1], false);
    const sums = b.reduceSum(b.mul(partners, logProbability), [1], false);
    const means = b.div(sums, b.op('Max', [count, b.scalar(output.type, 1)]));
    const has = b.op('Min', [count, b.scalar(output.type, 1)]);
    return b.div(b.neg(sumAll(b, means)), b.op('Max', [sumAll(b, has), b.scalar(output.type, 1)]));
  };
  return { build, weight: (_, samples) => samples, byClass: true };
}
