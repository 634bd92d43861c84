import type { Optimizer } from './optimizer.js';

export interface SgdOptions {
  readonly momentum: number;
  readonly nesterov: boolean;
}

/** Stochastic gradient descent with (Nesterov) momentum and coupled weight decay, as PyTorch's `SGD` with dampening 0. */
export function sgd({ momentum, nesterov }: SgdOptions): Optimizer {
  if (momentum === 0) return plainSgd;
  const [ofGradient, ofVelocity] = nesterov ? [1, momentum] : [0, 1];
  return {
    slots: ['momentum'],
    update: ({ weight, gradient, state }, { lr, weightDecay }) => {
      const [velocity] = state as [Float32Array];
      for (let i = 0; i < weight.length; i++) {
        const w = weight[i] as number;
        const g = (gradient[i] as number) + weightDecay * w;
        const v = momentum * (velocity[i] as number) + g;
        velocity[i] = v;
        weight[i] = w - lr * (ofGradient * g + ofVelocity * v);
      }
    },
  };
}

const plainSgd: Optimizer = {
  slots: [],
  update: ({ weight, gradient }, { lr, weightDecay }) => {
    for (let i = 0; i < weight.length; i++) {
      const w = weight[i] as number;
      weight[i] = w - lr * ((gradient[i] as number) + weightDecay * w);
    }
  },
};
