import type { Events } from '../../core/index.js';

/** Where a long piece of work stands. */
export interface Progress {
  /** What is being done, in two or three words: `epoch 2`. */
  readonly stage: string;
  readonly done: number;
  /** Left out where nobody knows. */
  readonly total?: number;
  /** A number worth watching: `loss 0.412`. */
  readonly detail?: string;
}

/** What a workflow tells while it works. */
export interface WorkflowEvents {
  progress: Progress;
  /** Something the user should know that is not an error. */
  note: { readonly text: string };
}

/** What every workflow gets beside its request. */
export interface WorkflowContext {
  readonly events?: Events<WorkflowEvents>;
  /** Aborted when the user asks to stop; a training run then ends after its step and can be resumed. */
  readonly signal?: AbortSignal;
  /** Bases are taken from this machine alone. */
  readonly offline?: boolean;
}
