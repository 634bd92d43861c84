import { elementWise } from './element-wise.js';
import type { Optimizer } from './optimizer.js';

export interface LionOptions {
  readonly betas: readonly [number, number];
}

/**
 * Lion: every weight moves by the learning rate, in the direction that momentum and gradient agree on; weight decay is decoupled. Its rates are some 3 to 10
 * times smaller than AdamW's, its decay as much larger. Where PyTorch's sign of an infinite number is ±1, the weight becomes NaN here: so it is told.
 * Source: Chen et al., Symbolic Discovery of Optimization Algorithms, arXiv 2302.06675, algorithm 2.
 */
export function lion({ betas: [beta1, beta2] }: LionOptions): Optimizer {
  const direction = 0;
  return elementWise({
    slots: ['mean'],
    coefficients: ({ lr, weightDecay }) => ({ beta1, share1: 1 - beta1, beta2, share2: 1 - beta2, lr, decay: lr * weightDecay, zero: 0 }),
    keeps: 1,
    formula: ({ weight, gradient, state, toWeight, toState, kept, keep, scalar: c, add, sub, mul, signed }) => [
      keep(direction, add(mul(c('beta1'), state(0)), mul(c('share1'), gradient))),
      toState(0, add(mul(c('beta2'), state(0)), mul(c('share2'), gradient))),
      toWeight(sub(sub(weight, mul(c('decay'), weight)), add(signed(c('lr'), kept(direction)), mul(c('zero'), kept(direction))))),
    ],
  });
}
