import { type Optimizer, scalar, slot } from './optimizer.js';

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
  return {
    slots: ['mean', 'square'],
    // The running means are kept without their factors 1 − β, which join the scalars: fewer passes over the parameters.
    scalars: (lr, step) => {
      const scale = Math.sqrt((1 - beta2) / (1 - beta2 ** step));
      return { lr, stepSize: (lr * (1 - beta1)) / (1 - beta1 ** step) / scale, epsilon: eps / scale };
    },
    update: (b, { weight, gradient, state, scalars, weightDecay }) => {
      const coupled = weightDecay !== 0 && !decoupled ? b.add(gradient, b.mul(weight, weightDecay)) : gradient;
      const mean = b.add(b.mul(slot(state, 0), beta1), coupled);
      const square = b.add(b.mul(slot(state, 1), beta2), b.mul(coupled, coupled));
      const denominator = b.add(b.sqrt(square), scalar(scalars, 'epsilon'));
      const shrunk = weightDecay !== 0 && decoupled ? b.mul(weight, b.sub(1, b.mul(scalar(scalars, 'lr'), weightDecay))) : weight;
      return {
        weight: b.sub(shrunk, b.mul(b.div(mean, denominator), scalar(scalars, 'stepSize'))),
        state: [mean, square],
      };
    },
  };
}
