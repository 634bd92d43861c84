import { fail } from '../../../core/index.js';
import type { GraphBuilder, Value } from '../../../engine/graph/index.js';

/** One parameter's update, as graph values. */
export interface UpdateInputs {
  readonly weight: Value;
  readonly gradient: Value;
  /** State tensors of the weight's shape, in the order of {@link Optimizer.slots}; zeros before the first step. */
  readonly state: readonly Value[];
  /** The group's values for this step, in the order of {@link Optimizer.scalars}. */
  readonly scalars: Readonly<Record<string, Value>>;
  readonly weightDecay: number;
}

export interface UpdateResult {
  readonly weight: Value;
  readonly state: readonly Value[];
}

/** A first-order optimiser, written into the training graph. */
export interface Optimizer {
  /** Names of the state tensors kept for each parameter. */
  readonly slots: readonly string[];
  /** What is fed at step `step` (counted from 1) for a group with learning rate `lr`. */
  scalars(lr: number, step: number): Readonly<Record<string, number>>;
  /** Adds the update of one parameter. */
  update(b: GraphBuilder, inputs: UpdateInputs): UpdateResult;
}

/** A scalar the optimiser declared itself. */
export function scalar(scalars: UpdateInputs['scalars'], name: string): Value {
  return scalars[name] ?? fail('OPTIMIZER_STATE', { name });
}

/** A state tensor the optimiser declared itself. */
export function slot(state: UpdateInputs['state'], index: number): Value {
  return state[index] ?? fail('OPTIMIZER_STATE', { name: `slot ${index}` });
}
