import { fail, float32, sizeOf } from '../../../core/index.js';
import type { GraphBuilder, Value } from '../../../engine/graph/index.js';
import { type Loss, maskLike, sumAll } from './loss.js';

export interface BinaryOptions {
  /** What a label that applies counts for, one number a label; all 1 when left out. */
  readonly posWeights?: readonly number[];
}

/**
 * Sigmoid cross-entropy over logits, mean over all elements of the real samples, as PyTorch's `BCEWithLogitsLoss` defines it, `pos_weight` included. Written with
 * softplus, which never overflows. @throws LOSS_SHAPE where the graph is built
 */
export function binaryCrossEntropy({ posWeights }: BinaryOptions): Loss {
  const build: Loss['build'] = (b, { output, target, mask }) => {
    if (sizeOf(output.dims) !== sizeOf(target.dims))
      fail('LOSS_SHAPE', { loss: 'bce', output: output.dims.join('×'), target: target.dims.join('×') });
    const goal = b.reshape(b.cast(target, output.type), output.dims);
    const terms = posWeights === undefined ? plain(b, output, goal) : weighted(b, output, goal, posWeights);
    const perSample = sizeOf(output.dims.slice(1));
    return b.div(sumAll(b, b.mul(terms, maskLike(b, mask, output))), b.mul(sumAll(b, mask), perSample));
  };
  return { build, weight: (_, samples) => samples };
}

/** softplus(x) − x·t */
function plain(b: GraphBuilder, output: Value, goal: Value): Value {
  return b.sub(b.op('Softplus', [output]), b.mul(output, goal));
}

/** w·t·softplus(−x) + (1 − t)·softplus(x) */
function weighted(b: GraphBuilder, output: Value, goal: Value, posWeights: readonly number[]): Value {
  const weights = b.cast(b.constant(float32([posWeights.length], posWeights)), output.type);
  const present = b.mul(b.mul(goal, weights), b.op('Softplus', [b.neg(output)]));
  const absent = b.mul(b.sub(1, goal), b.op('Softplus', [output]));
  return b.add(present, absent);
}
