import { float32 } from '../../../core/index.js';
import { type Loss, maskLike, sumAll } from './loss.js';

export interface CrossEntropyOptions {
  /** Share of the target's probability spread evenly over all classes, in [0, 1). */
  readonly labelSmoothing: number;
  /** Weight of each class; all 1 when left out. */
  readonly classWeights?: readonly number[];
}

/**
 * Softmax cross-entropy over logits `[N, C]` and class indices `[N]`: −Σ w·t·log p / Σ w[y], as PyTorch's `CrossEntropyLoss`
 * defines it, class weights and label smoothing included.
 */
export function crossEntropy({ labelSmoothing, classWeights }: CrossEntropyOptions): Loss {
  const build: Loss['build'] = (b, { output, target, mask }) => {
    const classes = output.dims.at(-1) as number;
    const weights = classWeights && b.cast(b.constant(float32([classes], classWeights)), output.type);
    const hot = b.op('OneHot', [target, b.ints([classes]), b.cast(b.constant(float32([2], [0, 1])), output.type)]);
    const real = b.mul(hot, maskLike(b, mask, hot));
    const share = sumAll(b, weights ? b.mul(real, weights) : real);
    const smooth = labelSmoothing === 0 ? real : b.mul(b.add(b.mul(hot, 1 - labelSmoothing), labelSmoothing / classes), maskLike(b, mask, hot));
    const weighted = weights ? b.mul(smooth, weights) : smooth;
    const logProbability = b.op('LogSoftmax', [output], { axis: -1 });
    return b.div(b.neg(sumAll(b, b.mul(weighted, logProbability))), share);
  };
  const weight: Loss['weight'] = (targets, samples) =>
    classWeights === undefined ? samples : Array.from(targets).reduce((sum: number, label) => sum + (classWeights[Number(label)] ?? 0), 0);
  return { build, weight };
}
