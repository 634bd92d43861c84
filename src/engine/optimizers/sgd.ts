import { elementWise } from './element-wise.js';
import type { Optimizer } from './optimizer.js';

export interface SgdOptions {
  readonly momentum: number;
  readonly nesterov: boolean;
}

/** Stochastic gradient descent with (Nesterov) momentum and coupled weight decay, as PyTorch's `SGD` with dampening 0. */
export function sgd({ momentum, nesterov }: SgdOptions): Optimizer {
  if (momentum === 0) return plainSgd();
  const [g, v] = [0, 1] as const;
  const [ofGradient, ofVelocity] = nesterov ? [1, momentum] : [0, 1];
  return elementWise({
    slots: ['momentum'],
    coefficients: ({ lr, weightDecay }) => ({ momentum, weightDecay, sizeOfGradient: lr * ofGradient, sizeOfVelocity: lr * ofVelocity }),
    keeps: 2,
    formula: ({ weight, gradient, state, toWeight, toState, kept, keep, scalar: c, add, sub, mul }) => [
      keep(g, add(gradient, mul(c('weightDecay'), weight))),
      keep(v, add(mul(c('momentum'), state(0)), kept(g))),
      toState(0, kept(v)),
      toWeight(sub(weight, add(mul(c('sizeOfGradient'), kept(g)), mul(c('sizeOfVelocity'), kept(v))))),
    ],
  });
}

function plainSgd(): Optimizer {
  return elementWise({
    slots: [],
    coefficients: ({ lr, weightDecay }) => ({ lr, weightDecay }),
    keeps: 0,
    formula: ({ weight, gradient, toWeight, scalar: c, add, sub, mul }) => [
      toWeight(sub(weight, mul(c('lr'), add(gradient, mul(c('weightDecay'), weight))))),
    ],
  });
}
