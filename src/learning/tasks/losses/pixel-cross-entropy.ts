import { float32 } from '../../../core/index.js';
import type { GraphBuilder, Value } from '../../../engine/graph/index.js';
import { NO_CLASS } from '../../data/index.js';
import type { CrossEntropyOptions } from './cross-entropy.js';
import { type Loss, type LossInputs, sumAll } from './loss.js';
import { countedPixels } from './pixels.js';

/**
 * Softmax cross-entropy of each pixel: scores `[N, C, H, W]` and classes int64 `[N, H, W]`, of which 255 counts for nothing:
 * −Σ w·t·log p / Σ w[y], as PyTorch's `CrossEntropyLoss` defines it, class weights and label smoothing included.
 */
export function pixelCrossEntropy({ labelSmoothing, classWeights }: CrossEntropyOptions): Loss {
  const build: Loss['build'] = (b, inputs) => {
    const { output, target } = inputs;
    const counted = countedPixels(b, inputs);
    const kept = b.where(b.greater(counted, 0), target, NO_CLASS);
    const weights = classWeights && b.cast(b.constant(float32([classWeights.length], classWeights)), output.type);
    const given = weights ? [output, kept, weights] : [output, kept];
    const hard = b.op('SoftmaxCrossEntropyLoss', given, { ignore_index: NO_CLASS, reduction: 'sum' });
    const share = sumAll(b, weights ? b.mul(counted, weightOfPixels(b, weights, target)) : counted);
    const sum =
      labelSmoothing === 0
        ? hard
        : b.add(b.mul(hard, 1 - labelSmoothing), b.mul(spread(b, inputs, counted, weights), labelSmoothing / classesOf(output)));
    // A batch of which nothing counts has a loss of 0.
    return b.div(sum, b.where(b.greater(share, 0), share, 1));
  };
  const weight: Loss['weight'] = (targets) => {
    let sum = 0;
    for (let i = 0; i < targets.length; i++) {
      const label = Number(targets[i]);
      if (label !== NO_CLASS) sum += classWeights === undefined ? 1 : (classWeights[label] ?? 0);
    }
    return sum;
  };
  return { build, weight };
}

function classesOf({ dims }: Value): number {
  return dims[1] as number;
}

/** That of its class, `[N, H, W]`; of a pixel that counts for nothing that of the first class. */
function weightOfPixels(b: GraphBuilder, weights: Value, target: Value): Value {
  return b.op('Gather', [weights, b.where(b.equal(target, NO_CLASS), 0, target)], { axis: 0 });
}

/** −Σ w·log p over all classes and counted pixels. */
function spread(b: GraphBuilder, { output }: LossInputs, counted: Value, weights: Value | undefined): Value {
  const log = b.op('LogSoftmax', [output], { axis: 1 });
  const weighted = weights ? b.mul(log, b.reshape(weights, [1, classesOf(output), 1, 1])) : log;
  return b.neg(sumAll(b, b.mul(b.reduceSum(weighted, [1], false), counted)));
}
