import { type Loss, meanOver, unitRows } from './loss.js';
import type { TripletOptions } from './triplet.js';

/** Larger than any difference of cosines. */
const FAR = 4;

/**
 * Of each sample, the least alike of its class and the most alike of another within the batch: mean of max(0, cos(sample, other class) −
 * cos(sample, same class) + margin) (Hermans et al., In Defense of the Triplet Loss, arXiv 1703.07737, "batch hard", with the cosine distance).
 * Samples without one of both count for nothing. Embeddings `[N, D]` and class indices int64 `[N]`.
 */
export function batchHardTriplet({ margin }: TripletOptions): Loss {
  const build: Loss['build'] = (b, { output, target, mask }) => {
    const [n = 0] = output.dims;
    const unit = unitRows(b, output);
    const cosines = b.op('Gemm', [unit, unit], { transB: 1 });
    const real = b.mul(b.reshape(mask, [n, 1]), b.reshape(mask, [1, n]));
    const same = b.cast(b.equal(b.reshape(target, [n, 1]), b.reshape(target, [1, n])), output.type);
    const partners = b.mul(b.mul(real, same), b.sub(1, b.op('EyeLike', [real])));
    const others = b.mul(real, b.sub(1, same));
    const farthest = b.op('ReduceMin', [b.add(cosines, b.mul(b.sub(1, partners), FAR)), b.ints([1])], { keepdims: 0 });
    const nearest = b.reduceMax(b.sub(cosines, b.mul(b.sub(1, others), FAR)), [1], false);
    const counts = b.mul(b.reduceMax(partners, [1], false), b.reduceMax(others, [1], false));
    return meanOver(b, b.op('Relu', [b.add(b.sub(nearest, farthest), margin)]), counts);
  };
  return { build, weight: (_, samples) => samples, byClass: true };
}
