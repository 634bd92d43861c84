import type { DataType } from '../../core/index.js';
import type { GraphBuilder, Value } from '../../engine/graph/index.js';
import type { Content, Target } from '../data/index.js';
import type { LossInputs, LossSpec } from './losses/index.js';
import type { Prediction } from './prediction.js';
import type { TextReading } from './text/reading.js';

/** Outputs and targets of an evaluation. */
export interface Predictions {
  /** Raw model outputs, `[N, width]` row-major. */
  readonly outputs: Float32Array;
  readonly width: number;
  /** Class indices `[N]`, or values `[N, width]` row-major; empty where `outputs` are what a task counted of each sample. */
  readonly targets: Float64Array;
}

/** All metrics by name, over the samples `drawn` (positions, repetitions allowed). */
export type Measure = (drawn: Int32Array) => Readonly<Record<string, number>>;

/** What is kept of a model's outputs `[N, …]` where these are too large to keep: float `[N, K]`, in the graph. */
export type Summary = (b: GraphBuilder, values: Pick<LossInputs, 'output' | 'target'>) => Value;

/** Whether a task answers with one of several classes: labels may be classes where something else is learnt of them. */
export function answersWithClasses({ target, text }: Task): boolean {
  return target === 'classes' && text?.unit !== 'embedding';
}

/** Whether there is an answer for each token or pixel, not one for the whole sample. */
export function answersPerPosition({ target, text }: Task): boolean {
  return target === 'masks' || text?.unit === 'token';
}

/** A kind of problem: what data it takes, what it optimises and how it is measured. */
export interface Task {
  /** As a spec names it. */
  readonly name: string;
  /** Content the data must have. */
  readonly content: Content['kind'];
  /** Labels the data must have. */
  readonly target: Target['kind'];
  /** Element type of the target in the training graph. */
  readonly targetType: DataType;
  /** Shape of the target of one sample, from that of the model's output for it. */
  targetDims(output: readonly number[]): readonly number[];
  readonly summary?: Summary;
  /** How texts are read and answered, where the content is text. */
  readonly text?: TextReading;
  readonly defaultLoss: LossSpec;
  /** The losses it can be trained with, where these are others than those that compare an output with a label. */
  readonly losses?: readonly LossSpec['name'][];
  /** The metric that decides between models, and whether more of it is better. */
  readonly primary: { readonly metric: string; readonly better: 'higher' | 'lower' };
  /** Prepares the metrics of some predictions: what is computed once a sample is shared by all resamples. */
  measure(predictions: Predictions): Measure;
  /** What one output row means. `names` are the classes or the target values. */
  decode(row: Float32Array, names: readonly string[]): Prediction;
}
