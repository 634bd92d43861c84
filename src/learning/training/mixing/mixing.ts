import type { Task } from '../../tasks/index.js';
import type { BatchSource } from '../batch-source.js';
import type { LearnerSpec } from '../learner-spec.js';
import type { Phase } from '../phase.js';
import { checkMix, mixBatch, onShares } from './mix.js';

/** What a phase trains on. */
export interface Mixing {
  /** The task with the targets that training compares with. */
  readonly task: Task;
  /** @param isCut whether a frozen part of the model runs before the batches of the source. @throws MIX_TASK, MIX_LOSS, MIX_INPUT */
  apply(source: BatchSource, isCut: boolean): BatchSource;
}

/** Mixtures where the spec asks for them and the phase augments; samples as they are in any other phase. */
export function mixingOf({ task, train, loss, mix }: LearnerSpec, phase: Phase): Mixing {
  if (mix === undefined || !mixes(phase)) return { task, apply: (source) => source };
  const classes = train.target.kind === 'none' ? 0 : train.target.names.length;
  return {
    task: onShares(task),
    apply: (source, isCut) => {
      checkMix(mix, task, loss.name, isCut);
      return {
        ...source,
        async *epoch(request) {
          for await (const batch of source.epoch(request)) yield mixBatch(batch, mix, classes, request);
        },
      };
    },
  };
}

/** Whether samples are mixed in a phase where they are mixed at all: where it augments and learns the task. */
export function mixes({ augment, objective }: Phase): boolean {
  return augment && objective === undefined;
}
