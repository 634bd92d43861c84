import { type Optimizer, scalar } from './optimizer.js';

export interface SgdOptions {
  readonly momentum: number;
  readonly nesterov: boolean;
}

/** Stochastic gradient descent with (Nesterov) momentum and coupled weight decay, as PyTorch's `SGD` with dampening 0. */
export function sgd({ momentum, nesterov }: SgdOptions): Optimizer {
  return {
    slots: momentum === 0 ? [] : ['momentum'],
    scalars: (lr) => ({ lr }),
    update: (b, { weight, gradient, state, scalars, weightDecay }) => {
      const decayed = weightDecay === 0 ? gradient : b.add(gradient, b.mul(weight, weightDecay));
      const [buffer] = state;
      const velocity = buffer && b.add(b.mul(buffer, momentum), decayed);
      const direction = velocity === undefined ? decayed : nesterov ? b.add(decayed, b.mul(velocity, momentum)) : velocity;
      return {
        weight: b.sub(weight, b.mul(direction, scalar(scalars, 'lr'))),
        state: velocity === undefined ? [] : [velocity],
      };
    },
  };
}
