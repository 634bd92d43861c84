import type { Events } from '../../core/index.js';
import type { Model } from '../../engine/graph/index.js';
import type { Tensors } from '../../engine/runtime/index.js';
import type { SkipLog } from '../data/index.js';
import type { TrainingEvents } from './events.js';
import type { LearnerSpec, RunControl } from './learner-spec.js';
import type { Phase, Progress } from './phase.js';

export interface PhaseContext {
  readonly spec: LearnerSpec;
  readonly model: Model;
  readonly phase: Phase;
  /** Where the run stands. */
  readonly start: Progress;
  /** Weights changed by earlier phases, which a checkpoint holds too. */
  readonly carried: Tensors;
  readonly events: Events<TrainingEvents>;
  readonly skips: SkipLog;
  readonly control: RunControl;
}

export interface PhaseResult {
  readonly progress: Progress;
  readonly weights: Tensors;
  /** Whether the phase reached its end; otherwise the signal ended it. */
  readonly done: boolean;
}

/** Gives back something that was opened. */
export type Release = () => Promise<void>;
