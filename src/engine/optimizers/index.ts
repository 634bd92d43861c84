import { adam } from './adam.js';
import { lion } from './lion.js';
import type { Optimizer } from './optimizer.js';
import { type RmspropOptions, rmsprop } from './rmsprop.js';
import { sgd } from './sgd.js';

/** The optimisers by the name a spec uses, with their options. `lr` and `weightDecay` belong to every one and are defaults of the parameter groups. */
export type OptimizerSpec = { readonly lr: number; readonly weightDecay: number } & (
  | { readonly name: 'sgd'; readonly momentum: number; readonly nesterov: boolean }
  | { readonly name: 'adam'; readonly betas: readonly [number, number]; readonly eps: number }
  | { readonly name: 'adamw'; readonly betas: readonly [number, number]; readonly eps: number }
  | { readonly name: 'lion'; readonly betas: readonly [number, number] }
  | ({ readonly name: 'rmsprop' } & RmspropOptions)
);

const optimizers: { readonly [Name in OptimizerSpec['name']]: (spec: Extract<OptimizerSpec, { name: Name }>) => Optimizer } = {
  sgd,
  adam: (spec) => adam({ ...spec, decoupled: false }),
  adamw: (spec) => adam({ ...spec, decoupled: true }),
  lion,
  rmsprop,
};

export function createOptimizer(spec: OptimizerSpec): Optimizer {
  const create: (spec: never) => Optimizer = optimizers[spec.name];
  return create(spec as never);
}

export { moveAverage } from './average.js';
export type { Optimizer } from './optimizer.js';
