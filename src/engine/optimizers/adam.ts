import type { Code } from '../../core/index.js';
import { add, compileKernel, div, type Kernel, mul, type Names, sqrt, sub } from './kernel.js';
import type { Floats, Optimizer, ParameterArrays } from './optimizer.js';

export interface AdamOptions {
  readonly betas: readonly [number, number];
  readonly eps: number;
  /** `true`: weight decay shrinks the weight directly (AdamW); `false`: it is added to the gradient (Adam with L2). */
  readonly decoupled: boolean;
}

/** The numbers of one update. */
type Coefficient = (typeof COEFFICIENTS)[number];
type Coefficients = Readonly<Record<Coefficient, number>>;

/** `coupled` times the weight is added to the gradient, `decay` times it taken from the weight; `size` and `scale` hold the corrections of both means' bias. */
const COEFFICIENTS = ['beta1', 'share1', 'beta2', 'share2', 'coupled', 'decay', 'size', 'scale', 'eps'] as const;

/**
 * Adam and AdamW, as PyTorch computes them.
 * Sources: Kingma & Ba, arXiv 1412.6980; Loshchilov & Hutter, arXiv 1711.05101.
 */
export function adam({ betas: [beta1, beta2], eps, decoupled }: AdamOptions): Optimizer {
  return {
    slots: ['mean', 'square'],
    update: (arrays, { lr, weightDecay, step }) => {
      const [coupled, decay] = decoupled ? [0, lr * weightDecay] : [weightDecay, 0];
      const [size, scale] = [lr / (1 - beta1 ** step), 1 / Math.sqrt(1 - beta2 ** step)];
      const update = isSingle(arrays) ? updateSingles : updateDoubles;
      update(arrays, { beta1, share1: 1 - beta1, beta2, share2: 1 - beta2, coupled, decay, size, scale, eps });
    },
  };
}

function isSingle({ weight, gradient, state }: ParameterArrays): boolean {
  return [weight, gradient, ...state].every((array) => array instanceof Float32Array);
}

function updateDoubles({ weight, gradient, state }: ParameterArrays, c: Coefficients): void {
  const [mean, square] = state as [Floats, Floats];
  for (let i = 0; i < weight.length; i++) {
    const w = weight[i] as number;
    const g = (gradient[i] as number) + c.coupled * w;
    const m = c.beta1 * (mean[i] as number) + c.share1 * g;
    const v = c.beta2 * (square[i] as number) + c.share2 * g * g;
    mean[i] = m;
    square[i] = v;
    weight[i] = w - (c.decay * w + (c.size * m) / (c.scale * Math.sqrt(v) + c.eps));
  }
}

let kernel: Kernel<Coefficient> | undefined;

/** In less than half the time of JavaScript, whose numbers are doubles: a step of a large model would spend a tenth of its time here. */
function updateSingles({ weight, gradient, state }: ParameterArrays, coefficients: Coefficients): void {
  kernel ??= compileKernel({ arrays: 4, scalars: COEFFICIENTS, locals: 4, changes: [0, 2, 3], body });
  kernel([weight, gradient, ...state] as Float32Array[], coefficients);
}

function body({ array, scalar: c, local, toArray, toLocal }: Names<Coefficient>): readonly Code[] {
  const [weight, gradient, mean, square] = [0, 1, 2, 3] as const;
  const [w, g, m, v] = [0, 1, 2, 3] as const;
  const direction = div(mul(c('size'), local(m)), add(mul(c('scale'), sqrt(local(v))), c('eps')));
  return [
    toLocal(w)(array(weight)),
    toLocal(g)(add(array(gradient), mul(c('coupled'), local(w)))),
    toLocal(m)(add(mul(c('beta1'), array(mean)), mul(c('share1'), local(g)))),
    toLocal(v)(add(mul(c('beta2'), array(square)), mul(mul(c('share2'), local(g)), local(g)))),
    toArray(mean)(local(m)),
    toArray(square)(local(v)),
    toArray(weight)(sub(local(w), add(mul(c('decay'), local(w)), direction))),
  ];
}
