import type { Interval } from '../../src/trust/evaluation/index.js';

/** A method at one size, over all seeds. */
export interface Row {
  readonly study: string;
  readonly data: string;
  /** Labels of each class, sentences, or images. */
  readonly size: number;
  readonly method: string;
  readonly seeds: number;
  /** The mean over the seeds, 0 to 1. */
  readonly score: number;
  /** 95%, by Student's t over the seeds. */
  readonly interval: Interval;
  /** Processor time of a training, the mean. */
  readonly seconds: number;
  readonly parameters: number;
}

/** How much better a method is than another on the same draws. */
export interface Gain extends Pick<Row, 'study' | 'data' | 'size' | 'method'> {
  readonly over: string;
  readonly mean: number;
  /** 95%, by Student's t over the differences of the seeds. */
  readonly interval: Interval;
}

/** What a study found, as docs/results/ has it. */
export interface StudyResult {
  readonly machine: { readonly cpu: string; readonly cores: number };
  readonly node: string;
  readonly threads: number;
  readonly seeds: readonly number[];
  readonly rows: readonly Row[];
  readonly gains: readonly Gain[];
}
