import { elementWise } from './element-wise.js';
import type { Optimizer } from './optimizer.js';

export interface RmspropOptions {
  /** Share of the mean square that is kept at each step. */
  readonly alpha: number;
  readonly eps: number;
  readonly momentum: number;
  /** Whether gradients are divided by their standard deviation, not by the root of their mean square. */
  readonly centered: boolean;
}

/**
 * RMSprop as PyTorch computes it, with coupled weight decay. Where the variance of a centred mean is rounded to below 0, it is 0 here and NaN there.
 * Sources: Hinton, Neural Networks for Machine Learning, lecture 6; centred: Graves, arXiv 1308.0850, section 4.2.
 */
export function rmsprop({ alpha, eps, momentum, centered }: RmspropOptions): Optimizer {
  const [g, v, mean, step] = [0, 1, 2, 3] as const;
  const slots = ['square', ...(centered ? ['mean'] : []), ...(momentum > 0 ? ['momentum'] : [])];
  return elementWise({
    slots,
    coefficients: ({ lr, weightDecay }) => ({ alpha, share: 1 - alpha, eps, momentum, lr, weightDecay }),
    keeps: 4,
    formula: ({ weight, gradient, state, toWeight, toState, kept, keep, scalar: c, add, sub, mul, div, sqrt, atLeastZero }) => {
      const [meanSlot, momentumSlot] = [slots.indexOf('mean'), slots.indexOf('momentum')];
      const scale = centered ? sqrt(atLeastZero(sub(kept(v), mul(kept(mean), kept(mean))))) : sqrt(kept(v));
      const direction = div(kept(g), add(scale, c('eps')));
      return [
        keep(g, add(gradient, mul(c('weightDecay'), weight))),
        keep(v, add(mul(c('alpha'), state(0)), mul(mul(c('share'), kept(g)), kept(g)))),
        toState(0, kept(v)),
        ...(centered ? [keep(mean, add(mul(c('alpha'), state(meanSlot)), mul(c('share'), kept(g)))), toState(meanSlot, kept(mean))] : []),
        keep(step, momentum > 0 ? add(mul(c('momentum'), state(momentumSlot)), direction) : direction),
        ...(momentum > 0 ? [toState(momentumSlot, kept(step))] : []),
        toWeight(sub(weight, mul(c('lr'), kept(step)))),
      ];
    },
  });
}
