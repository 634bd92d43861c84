import { float32 } from '../../../core/index.js';
import type { GraphBuilder, Value } from '../../../engine/graph/index.js';
import { byToken, classWeight, orOne } from './cross-entropy.js';
import { type Loss, type LossInputs, maskLike, sumAll } from './loss.js';

export interface FocalOptions {
  /** How much less a sample counts that is classified well already: (1 − p)^γ; 0 is plain cross-entropy. */
  readonly gamma: number;
  /** Weight of each class, the paper's α; all 1 when left out. */
  readonly classWeights?: readonly number[];
}

/** Below this, 1 − p counts as this: its power has no gradient at 0 where γ < 1. */
const LEAST = 1e-30;

/**
 * −Σ w[y]·(1 − p)^γ·log p / Σ w[y], p being the softmax probability of the class, over logits `[N, C]` and class indices `[N]`, or over `[N, T, C]` and
 * `[N, T]`, where −100 counts for nothing. With γ = 0, what `cross-entropy` is. Source: Lin et al., Focal Loss, arXiv 1708.02002, section 3.
 */
export function focal({ gamma, classWeights }: FocalOptions): Loss {
  const build: Loss['build'] = (b, inputs) => {
    const { output, target, mask } = inputs.output.dims.length === 3 ? tokensOf(b, inputs) : inputs;
    const classes = output.dims.at(-1) as number;
    const hot = b.op('OneHot', [target, b.ints([classes]), b.cast(b.constant(float32([2], [0, 1])), output.type)]);
    const weights = classWeights ? b.cast(b.constant(float32([classes], classWeights)), output.type) : b.full(output.type, [classes], 1);
    const counted = b.mul(b.mul(hot, maskLike(b, mask, hot)), weights);
    // The sum over the other classes: 1 − p would be rounded to 0 long before it is.
    const others = b.mul(b.op('Softmax', [output], { axis: -1 }), b.sub(b.full(output.type, hot.dims, 1), hot));
    const missing = b.op('Max', [b.reduceSum(others, [1]), b.scalar(output.type, LEAST)]);
    const modulated = b.mul(b.op('Pow', [missing, b.scalar(output.type, gamma)]), b.op('LogSoftmax', [output], { axis: -1 }));
    return b.div(b.neg(sumAll(b, b.mul(counted, modulated))), orOne(b, sumAll(b, counted)));
  };
  return { build, weight: classWeight(classWeights) };
}

/** One row a token; classes of those that count for nothing are some class, so that there is a one-hot vector of them. */
function tokensOf(b: GraphBuilder, inputs: LossInputs): LossInputs {
  const rows = byToken(b, inputs);
  return { ...rows, target: b.op('Max', [rows.target, b.cast(b.constant(float32([], [0])), 'int64')]) };
}

export interface BinaryFocalOptions extends Pick<FocalOptions, 'gamma'> {
  /** Weight of labels that a sample has, in (0, 1); those that it lacks weigh 1 − α. All weigh 1 when left out. */
  readonly alpha?: number;
}

/**
 * Mean of α(1 − p)^γ·(−log p) over all labels of the real samples, p being the probability, by sigmoid, of what each label is: logits `[N, K]` and 0 or 1
 * `[N, K]`. As `sigmoid_focal_loss` of torchvision with reduction "mean". Source: Lin et al., Focal Loss, arXiv 1708.02002, equation 5.
 */
export function binaryFocal({ gamma, alpha }: BinaryFocalOptions): Loss {
  const build: Loss['build'] = (b, { output, target, mask }) => {
    const goal = b.cast(target, output.type);
    const sign = b.sub(b.mul(goal, 2), 1);
    // The logit of what the label is: log p = −softplus(−z) and log(1 − p) = −softplus(z), which never overflow.
    const z = b.mul(output, sign);
    const softplus = (x: Value): Value => b.op('Softplus', [x]);
    const terms = b.mul(b.op('Exp', [b.mul(softplus(z), -gamma)]), softplus(b.neg(z)));
    const weighted = alpha === undefined ? terms : b.mul(terms, b.add(b.mul(goal, 2 * alpha - 1), 1 - alpha));
    return b.div(sumAll(b, b.mul(weighted, maskLike(b, mask, output))), b.mul(sumAll(b, mask), output.dims[1] as number));
  };
  return { build, weight: (_, samples) => samples };
}
