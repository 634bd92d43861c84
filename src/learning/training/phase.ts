import type { FreezeSpec } from '../../bases/surgery/index.js';
import type { OptimizerSpec } from '../../engine/optimizers/index.js';
import type { LossSpec } from '../tasks/index.js';
import type { AverageSpec } from './averages/index.js';
import type { ScheduleSpec } from './schedules/index.js';

/** Parameters with a rate or decay of their own. */
export interface GroupSpec {
  /** Regular expression over parameter names, or several, of which one must match; the first group that matches a parameter holds it. */
  readonly match: string | readonly string[];
  readonly lr?: number;
  readonly weightDecay?: number;
  readonly frozen?: boolean;
}

export interface EarlyStopping {
  /** `loss` or a metric of the task, on the validation data. */
  readonly metric: string;
  /** Evaluations without an improvement before the phase ends. */
  readonly patience: number;
  /** What counts as an improvement. */
  readonly minDelta: number;
}

/** Rates of the base that differ from that of its new head. */
export interface SlowBase {
  /** Parameters of the head. */
  readonly except: readonly string[];
  /** The factor on the rate of all other parameters. */
  readonly factor: number;
  /** A further factor for each block between a parameter and the output, the head counted as one, in (0, 1]; default: 1. */
  readonly layerDecay?: number;
}

/**
 * The base is pulled to the weights that the run began with instead of to zero, unless a group states a decay (L2-SP: Li et al., arXiv 1802.01483).
 */
export interface PullToStart {
  /** Parameters of the head, which keep the optimiser's decay. */
  readonly except: readonly string[];
  /** Takes the place of the optimiser's weight decay. */
  readonly strength: number;
}

/** A stretch of training with one set of trainable parameters. */
export interface Phase {
  readonly name: string;
  readonly freeze: FreezeSpec;
  readonly groups: readonly GroupSpec[];
  /** Where the base learns more slowly than its new head, unless a group states a rate. */
  readonly slow?: SlowBase;
  readonly l2sp?: PullToStart;
  /** Parameters that stay as they are beyond what `freeze` names. */
  readonly held?: readonly string[];
  /** Set where the blocks of the base join one after the other, from the head down; names of the head's parameters. */
  readonly gradual?: { readonly head: readonly string[] };
  /** Set where the phase does not learn the task: a loss on what the head reads, `[N, width]`, against the task's labels. Nothing is validated in it. */
  readonly objective?: LossSpec;
  readonly length: { readonly epochs: number } | { readonly steps: number };
  readonly optimizer: OptimizerSpec;
  readonly schedule: ScheduleSpec;
  readonly batchNorm: 'eval' | 'train';
  /** Whether images go through the training transforms; otherwise through those for evaluation, so that frozen features are computed once. */
  readonly augment: boolean;
  readonly earlyStopping?: EarlyStopping;
  /** Which weights the phase ends with: the last ones, or those of the best evaluation by a metric; default: the best where it may stop early, else the last. */
  readonly keep?: 'last' | { readonly best: string };
  /** Whose average takes the place of the weights in evaluations and at the end; default: none is kept. */
  readonly average?: AverageSpec;
}

/** A linear head fitted to frozen features, its regularisation chosen by cross-validation: no gradient steps. */
export interface ProbePhase {
  readonly name: 'probe';
  readonly folds: number;
}

export function isProbe(phase: Phase | ProbePhase): phase is ProbePhase {
  return 'folds' in phase;
}

/** An evaluation whose weights are kept. */
export interface Kept {
  readonly step: number;
  readonly metric: string;
  readonly value: number;
}

/** Where a run stands, to go on from there; JSON-safe. */
export interface Progress {
  readonly phase: number;
  /** Optimiser steps done in the phase. */
  readonly step: number;
  /** Optimiser steps done in the run. */
  readonly total: number;
  /** Epochs ended in the run: order and augmentation of the data follow from it. */
  readonly epoch: number;
  /** Epochs that had ended when the phase began. */
  readonly firstEpoch: number;
  /** Micro-batches done in the epoch. */
  readonly position: number;
  /** What callbacks remember of the phase, by their names. */
  readonly remembered?: Readonly<Record<string, unknown>>;
  /** The evaluation whose weights the phase shall end with, where these are not the last ones. */
  readonly kept?: Kept;
  /** Why a callback ended the phase before its time. */
  readonly stopped?: string;
}

/** Where a run stands that has done nothing yet. */
export const BEGINNING: Progress = { phase: 0, step: 0, total: 0, epoch: 0, firstEpoch: 0, position: 0 };

/** Where a run stands that begins where another ended. */
export function beginningAfter({ total, epoch }: Progress): Progress {
  return { ...BEGINNING, total, epoch, firstEpoch: epoch };
}

/** Where a run stands as its next phase begins. */
export function nextPhase(progress: Progress): Progress {
  return { ...beginningAfter(progress), phase: progress.phase + 1 };
}
