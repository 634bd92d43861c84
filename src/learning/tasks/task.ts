import type { DataType } from '../../core/index.js';
import type { LossSpec } from './losses/index.js';

/** What the model predicts for one sample, as people read it. */
export type Prediction =
  | { readonly kind: 'class'; readonly label: string; readonly probability: number; readonly probabilities: Readonly<Record<string, number>> }
  | { readonly kind: 'values'; readonly values: Readonly<Record<string, number>> };

/** Outputs and targets of an evaluation. */
export interface Predictions {
  /** Raw model outputs, `[N, width]` row-major. */
  readonly outputs: Float32Array;
  readonly width: number;
  /** Class indices `[N]`, or values `[N, width]` row-major. */
  readonly targets: Float64Array;
}

/** All metrics by name, over the samples `drawn` (positions, repetitions allowed). */
export type Measure = (drawn: Int32Array) => Readonly<Record<string, number>>;

/** A kind of problem: what data it takes, what it optimises and how it is measured. */
export interface Task {
  /** Content the data must have. */
  readonly content: 'image' | 'tensors';
  /** Labels the data must have. */
  readonly target: 'classes' | 'values';
  /** Element type of the target in the training graph. */
  readonly targetType: DataType;
  readonly defaultLoss: LossSpec;
  /** The metric that decides between models, and whether more of it is better. */
  readonly primary: { readonly metric: string; readonly better: 'higher' | 'lower' };
  /** Prepares the metrics of some predictions: what is computed once a sample is shared by all resamples. */
  measure(predictions: Predictions): Measure;
  /** What one output row means. `names` are the classes or the target values. */
  decode(row: Float32Array, names: readonly string[]): Prediction;
}
