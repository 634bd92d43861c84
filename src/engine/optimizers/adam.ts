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
  return {
    slots: ['mean', 'square'],
    update: ({ weight, gradient, state }, { lr, weightDecay, step }) => {
      const [mean, square] = state as [Float32Array, Float32Array];
      const [kept, coupled] = decoupled ? [1 - lr * weightDecay, 0] : [1, weightDecay];
      const [share1, share2] = [1 - beta1, 1 - beta2];
      const size = lr / (1 - beta1 ** step);
      const scale = 1 / Math.sqrt(1 - beta2 ** step);
      for (let i = 0; i < weight.length; i++) {
        const w = weight[i] as number;
        const g = (gradient[i] as number) + coupled * w;
        const m = beta1 * (mean[i] as number) + share1 * g;
        const v = beta2 * (square[i] as number) + share2 * g * g;
        mean[i] = m;
        square[i] = v;
        weight[i] = kept * w - (size * m) / (scale * Math.sqrt(v) + eps);
      }
    },
  };
}
