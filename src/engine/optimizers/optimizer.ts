export type Floats = Float32Array | Float64Array;

/** One parameter's arrays, all of the same type and length. */
export interface ParameterArrays {
  readonly weight: Floats;
  readonly gradient: Floats;
  /** In the order of {@link Optimizer.slots}; zeros before the first step. */
  readonly state: readonly Floats[];
}

/** What an update is told of the present step. */
export interface StepSettings {
  /** Learning rate of the parameter's group, with the schedule's factor. */
  readonly lr: number;
  readonly weightDecay: number;
  /** Counted from 1. */
  readonly step: number;
}

/** A first-order optimiser that treats every element alike. */
export interface Optimizer {
  /** Names of the state arrays kept for each parameter. */
  readonly slots: readonly string[];
  /** Changes weight and state in place: no copy of a large model's weights is ever made. The gradient is only read. */
  update(arrays: ParameterArrays, settings: StepSettings): void;
}
