import { elementWise } from './element-wise.js';
import type { Optimizer } from './optimizer.js';

export interface AdamOptions {
  readonly betas: readonly [number, number];
  readonly eps: number;
  /** `true`: weight decay shrinks the weight directly (AdamW); `false`: it is added to the gradient (Adam with L2). */
  readonly decoupled: boolean;
}

/**
 * Adam and AdamW, as PyTorch computes them.
 * Sources: Kingma & Ba, arXiv 1412.6980; Loshchilov & Hutter, arXiv 1711.05101.
 */
export function adam({ betas: [beta1, beta2], eps, decoupled }: AdamOptions): Optimizer {
  const [g, m, v] = [0, 1, 2] as const;
  return elementWise({
    slots: ['mean', 'square'],
    coefficients: ({ lr, weightDecay, step }) => ({
      beta1,
      share1: 1 - beta1,
      beta2,
      share2: 1 - beta2,
      coupled: decoupled ? 0 : weightDecay,
      decay: decoupled ? lr * weightDecay : 0,
      // Both with the correction of a mean's bias.
      size: lr / (1 - beta1 ** step),
      scale: 1 / Math.sqrt(1 - beta2 ** step),
      eps,
    }),
    keeps: 3,
    formula: ({ weight, gradient, state, toWeight, toState, kept, keep, scalar: c, add, sub, mul, div, sqrt }) => [
      keep(g, add(gradient, mul(c('coupled'), weight))),
      keep(m, add(mul(c('beta1'), state(0)), mul(c('share1'), kept(g)))),
      keep(v, add(mul(c('beta2'), state(1)), mul(mul(c('share2'), kept(g)), kept(g)))),
      toState(0, kept(m)),
      toState(1, kept(v)),
      toWeight(sub(weight, add(mul(c('decay'), weight), div(mul(c('size'), kept(m)), add(mul(c('scale'), sqrt(kept(v))), c('eps')))))),
    ],
  });
}
