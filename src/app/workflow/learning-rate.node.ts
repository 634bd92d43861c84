import { type FoundRates, isProbe, type Phase, type ProbePhase } from '../../learning/training/index.node.js';
import type { ChosenRate } from './chosen-rate.js';
import type { WorkflowContext } from './context.js';
import type { RunFolder, RunRecord } from './run-folder.node.js';
import type { Session } from './session.node.js';

/** Sweeps the rate of a session's first phase of gradient steps. @throws LR_FINDER_SHORT, LR_FINDER_PROBE; the signal's reason where the signal comes */
export async function sweepSession({ learner, phases }: Session, { events, signal }: WorkflowContext): Promise<FoundRates> {
  const stop = learner.events.on('rate', ({ done, total, rate, loss }) =>
    events?.emit('progress', { stage: 'learning rates', done, total, detail: `${rate.toExponential(1)}: loss ${loss.toFixed(4)}` }),
  );
  try {
    return await learner.findLearningRate(phases, signal ? { signal } : {});
  } finally {
    stop();
  }
}

/**
 * The record of a run with the rate that it takes, stored before the first step: a resumed run takes the same. Where the spec states a rate, the record as it is.
 * @returns `undefined` where the user stopped the run meanwhile
 */
export async function withChosenRate(
  session: Session,
  folder: RunFolder,
  record: RunRecord,
  context: WorkflowContext,
): Promise<RunRecord | undefined> {
  if (session.spec.training.optimizer.lr !== 'auto' || record.learningRate) return record;
  const found = await sweepSession(session, context).catch((error: unknown) => {
    if (context.signal?.aborted && error === context.signal.reason) return undefined;
    throw error;
  });
  if (found === undefined) return undefined;
  const { suggestions, rates } = found;
  const learningRate: ChosenRate = { lr: suggestions.valley, by: 'valley', suggestions, steps: rates.length };
  context.events?.emit('note', { text: reasonFor(learningRate) });
  const rated = { ...record, learningRate };
  await folder.writeRecord(rated);
  return rated;
}

function reasonFor({ lr, suggestions: { steep, minimum }, steps }: ChosenRate): string {
  const others = `steepest at ${steep.toExponential(1)}, a tenth of the best ${minimum.toExponential(1)}`;
  return `learning rate ${lr.toExponential(2)}: in the valley of the loss over a sweep of ${steps} steps (${others})`;
}

/** The phases of a session, at the rate that the run chose. */
export function ratedPhases({ phases }: Session, { learningRate }: RunRecord): readonly (Phase | ProbePhase)[] {
  if (learningRate === undefined) return phases;
  return phases.map((phase) => (isProbe(phase) ? phase : { ...phase, optimizer: { ...phase.optimizer, lr: learningRate.lr } }));
}
