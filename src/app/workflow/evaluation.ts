import type { Skip, ViewsName } from '../../learning/data/index.js';
import type { Measured } from '../../trust/evaluation/index.js';
import type { Confusion } from '../report/index.js';

/** What `evaluate` found. */
export interface EvaluateResult {
  readonly bundle: string;
  /** The data that was measured on. */
  readonly data: string;
  /** Which held-out part of the run's data it is. */
  readonly split: 'validation' | 'test' | undefined;
  /** Views of each image whose answers were averaged. */
  readonly tta: ViewsName | undefined;
  /** Samples that were measured. */
  readonly samples: number;
  /** With 95% intervals. */
  readonly metrics: Readonly<Record<string, Measured>>;
  /** One row a true class, one column a predicted one; for classification. */
  readonly confusion: Confusion | undefined;
  /** Metrics of each class or target value by itself, where an input may have several. */
  readonly perOutput: Readonly<Record<string, Readonly<Record<string, number>>>> | undefined;
  readonly skipped: readonly Pick<Skip, 'location' | 'reason'>[];
  /** What a reader has to know. */
  readonly notes: readonly string[];
  readonly report: string | undefined;
  readonly seconds: number;
}

/** By split and metric, with 95% intervals. */
export type Measurements = Readonly<Record<string, Readonly<Record<string, Measured>>>>;

/** What can be had without the pretrained model. */
export interface Baseline {
  readonly name: string;
  /** What it is and what it was trained on, in sentences. */
  readonly about: string;
  /** As those of the run. */
  readonly metrics: Measurements;
}
