import { float32, isFloat } from '../../../core/index.js';
import type { GraphBuilder, Value } from '../../../engine/graph/index.js';
import { type Loss, type LossInputs, maskLike, sumAll } from './loss.js';

export interface CrossEntropyOptions {
  /** Share of the target's probability spread evenly over all classes, in [0, 1). */
  readonly labelSmoothing: number;
  /** Weight of each class; all 1 when left out. */
  readonly classWeights?: readonly number[];
}

/** A target that counts for nothing, as in PyTorch. */
const IGNORED = -100;

/**
 * Softmax cross-entropy over logits `[N, C]` and class indices `[N]`, or over `[N, T, C]` and `[N, T]`, where −100 counts for nothing:
 * −Σ w·t·log p / Σ w[y], as PyTorch's `CrossEntropyLoss` defines it, class weights and label smoothing included. Over shares of classes, float `[N, C]`,
 * it is −Σ w·t·log p / Σ w·t, which is the same where a class has all.
 */
export function crossEntropy({ labelSmoothing, classWeights }: CrossEntropyOptions): Loss {
  const isPlain = labelSmoothing === 0 && classWeights === undefined;
  const spread = (b: GraphBuilder, { output, target, mask }: LossInputs): Value => {
    const classes = output.dims.at(-1) as number;
    const weights = classWeights && b.cast(b.constant(float32([classes], classWeights)), output.type);
    const hot = sharesOf(b, { output, target });
    const real = b.mul(hot, maskLike(b, mask, hot));
    const share = sumAll(b, weights ? b.mul(real, weights) : real);
    const smooth = labelSmoothing === 0 ? real : b.mul(b.add(b.mul(hot, 1 - labelSmoothing), labelSmoothing / classes), maskLike(b, mask, hot));
    const weighted = weights ? b.mul(smooth, weights) : smooth;
    const logProbability = b.op('LogSoftmax', [output], { axis: -1 });
    return b.div(b.neg(sumAll(b, b.mul(weighted, logProbability))), orOne(b, share));
  };
  const build: Loss['build'] = (b, inputs) => {
    if (inputs.output.dims.length !== 3) return spread(b, inputs);
    const rows = byToken(b, inputs);
    return isPlain ? plain(b, rows) : spread(b, { ...rows, target: b.op('Max', [rows.target, b.cast(b.constant(float32([], [0])), 'int64')]) });
  };
  return { build, weight: classWeight(classWeights) };
}

/** What the samples or tokens of a batch weigh together, by their classes. */
export function classWeight(classWeights: readonly number[] | undefined): Loss['weight'] {
  return (targets, samples) => {
    let sum = 0;
    if (targets instanceof Float32Array) return weightOfShares(targets, samples, classWeights);
    for (const label of Array.from(targets, Number)) if (label !== IGNORED) sum += classWeights === undefined ? 1 : (classWeights[label] ?? 0);
    return sum;
  };
}

/** What share of each row a class has, `[N, C]`: all or nothing where the target is an index. */
function sharesOf(b: GraphBuilder, { output, target }: Omit<LossInputs, 'mask'>): Value {
  if (isFloat(target.type)) return b.cast(target, output.type);
  return b.op('OneHot', [target, b.ints([output.dims.at(-1) as number]), b.cast(b.constant(float32([2], [0, 1])), output.type)]);
}

function weightOfShares(shares: Float32Array, samples: number, classWeights: readonly number[] | undefined): number {
  return classWeights === undefined ? samples : shares.reduce((sum, share, i) => sum + share * (classWeights[i % classWeights.length] ?? 0), 0);
}

/** One row a token, those that count for nothing masked. */
export function byToken(b: GraphBuilder, { output, target, mask }: LossInputs): LossInputs {
  const [n = 0, t = 0, classes = 0] = output.dims;
  const flat = b.reshape(target, [n * t]);
  const counts = b.op('Not', [b.equal(flat, IGNORED)]);
  const samples = b.reshape(b.op('Expand', [b.reshape(mask, [n, 1]), b.ints([n, t])]), [n * t]);
  return { output: b.reshape(output, [n * t, classes]), target: flat, mask: b.mul(samples, b.cast(counts, mask.type)) };
}

/** Without a one-hot matrix, which is as large as the logits: a vocabulary has tens of thousands of classes. */
function plain(b: GraphBuilder, { output, target, mask }: LossInputs): Value {
  const kept = b.where(b.greater(mask, 0), target, IGNORED);
  const losses = b.op('SoftmaxCrossEntropyLoss', [output, kept], { ignore_index: IGNORED, reduction: 'sum' });
  return b.div(losses, orOne(b, sumAll(b, mask)));
}

/** A batch of which nothing counts, such as the beginning of a long prompt, has a loss of 0. */
export function orOne(b: GraphBuilder, share: Value): Value {
  return b.where(b.greater(share, 0), share, 1);
}
