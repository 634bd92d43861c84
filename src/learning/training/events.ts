import type { Skip } from '../data/index.js';

/** What happens during training, for progress bars, logs, reports and users' own listeners. */
export interface TrainingEvents {
  /** A phase begins: head only, then the base, for example. */
  phase: { readonly phase: string; readonly trainable: number; readonly parameters: number; readonly steps: number };
  /** The frozen part of the model is being run once over the data. */
  features: { readonly done: number; readonly total: number };
  /** A probe was fitted; `strength` is the L2 regularisation that cross-validation chose. */
  probe: { readonly strength: number; readonly folds: number };
  /** One optimiser step; `step` counts from 1 over the whole run, `loss` is the mean over the batch before the update. */
  step: { readonly step: number; readonly epoch: number; readonly loss: number; readonly lr: number };
  evaluation: { readonly step: number; readonly split: string; readonly metrics: Readonly<Record<string, number>> };
  /** A sample could not be read and was left out; told again by each evaluation that meets it. */
  skipped: Skip;
  /** A phase ended with the weights of an earlier evaluation, after step `step`, whose `metric` was the best. */
  kept: { readonly step: number; readonly metric: string; readonly value: number };
  /** A callback ended the phase before its time, or the user did (`asked`); the best evaluation was after step `best`. */
  stopped: { readonly step: number; readonly best: number; readonly reason: string };
}
