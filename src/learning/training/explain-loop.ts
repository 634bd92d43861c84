import { callbacksOf, type LoopEvent } from './callbacks/index.js';
import type { LearnerSpec } from './learner-spec.js';
import { mixes } from './mixing/mixing.js';
import { isProbe, type Phase, type ProbePhase } from './phase.js';

/** The moments of the loop in their order, as people say them. */
const MOMENTS: Readonly<Record<LoopEvent, string>> = {
  phaseBegin: 'phase begins',
  epochBegin: 'epoch begins',
  batch: 'each batch',
  step: 'each step',
  evaluation: 'validation',
  epochEnd: 'epoch ends',
  phaseEnd: 'phase ends',
};

/** What acts at a moment. */
interface Actor {
  readonly event: LoopEvent;
  readonly name: string;
  readonly about: string;
}

type Explained = Pick<LearnerSpec, 'batchSize' | 'accumulate' | 'shuffle' | 'sampler' | 'mix' | 'clip' | 'callbacks' | 'train' | 'validation'>;

/** Which part of the loop and which callback acts when, phase by phase, as lines of text. */
export function explainLoop(phases: readonly (Phase | ProbePhase)[], spec: Explained): string {
  return phases.map((phase) => (isProbe(phase) ? probeLines(phase) : phaseLines(phase, spec)).join('\n')).join('\n\n');
}

function probeLines({ folds }: ProbePhase): string[] {
  return ['probe', `  once            logistic regression on the frozen features; ${folds}-fold cross-validation chooses its strength`];
}

function phaseLines(phase: Phase, spec: Explained): string[] {
  const actors = [...ownParts(phase, spec), ...calledParts(phase, spec)];
  const events = Object.keys(MOMENTS) as LoopEvent[];
  const length = 'epochs' in phase.length ? `${phase.length.epochs} epochs` : `${phase.length.steps} steps`;
  const lines = events.flatMap((event) =>
    actors.filter((actor) => actor.event === event).map(({ name, about }, i) => `  ${(i === 0 ? MOMENTS[event] : '').padEnd(14)}  ${name}: ${about}`),
  );
  return [`${phase.name}, ${length}`, ...lines];
}

/** What the loop itself does. */
function ownParts(phase: Phase, { batchSize, accumulate, shuffle, sampler, mix, clip, train, validation }: Explained): Actor[] {
  const { optimizer, schedule } = phase;
  const limits = Object.entries(clip).map(([kind, most]) => `${kind} at most ${most}`);
  const batches = accumulate === 1 ? 'of the batch' : `of ${accumulate} batches together`;
  const isMeasured = validation !== undefined && phase.objective === undefined;
  return [
    {
      event: 'epochBegin',
      name: 'data',
      about: `${train.size} samples${shuffle ? ' in a new order' : ''}${sampler ? `, classes drawn: ${sampler}` : ''}`,
    },
    { event: 'batch', name: 'read', about: `${batchSize} samples${phase.augment ? ', with the transforms of training' : ''}` },
    ...(mix && mixes(phase) ? [{ event: 'batch', name: 'mix', about: `${mix.name}, alpha ${mix.alpha}, chance ${mix.chance}` } as const] : []),
    { event: 'step', name: 'gradients', about: [batches, ...limits].join(', ') },
    { event: 'step', name: 'optimizer', about: `${optimizer.name}, rate ${optimizer.lr}, schedule ${schedule.name}` },
    ...(isMeasured ? [{ event: 'evaluation', name: 'metrics', about: `of ${validation.size} validation samples` } as const] : []),
    { event: 'epochEnd', name: 'checkpoint', about: 'where one is due' },
  ];
}

function calledParts(phase: Phase, spec: Explained): Actor[] {
  return callbacksOf(phase, spec.callbacks).flatMap(({ name, about, on }) =>
    (Object.keys(on) as LoopEvent[]).map((event) => ({ event, name, about })),
  );
}
