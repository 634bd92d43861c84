import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { hasAdapter } from '../../bases/surgery/index.js';
import { Events, fail } from '../../core/index.js';
import type { Checkpoint, RunControl, TrainingEvents } from '../../learning/training/index.node.js';
import type { Finding } from '../../trust/watch/index.js';
import { type RunSpec, resolveSpec, type SpecInput } from '../spec/index.js';
import { writeAdapter } from './adapter.node.js';
import { measureBaselines } from './baselines.node.js';
import type { WorkflowContext, WorkflowEvents } from './context.js';
import { ignoredFiles, missingClasses, remarksOf } from './data.node.js';
import type { Baseline, Measurements } from './evaluation.js';
import { exportSession } from './export-session.node.js';
import { ratedPhases, withChosenRate } from './learning-rate.node.js';
import { measureSession } from './measure-session.node.js';
import { recordOfSession } from './record.node.js';
import { RunFolder, type RunRecord } from './run-folder.node.js';
import { writeRunReport } from './run-report.node.js';
import { RunSkips } from './run-skips.js';
import { openSession, type Session } from './session.node.js';
import { watchSession } from './watch-session.node.js';

export interface TrainRequest {
  /** A spec as a file would hold it, or a resolved one; relative paths in it start from the working directory. */
  readonly spec: SpecInput | RunSpec;
  /** Folder of the run. */
  readonly out: string;
}

export interface TrainResult {
  readonly run: string;
  /** Whether training reached its end; otherwise it can be resumed. */
  readonly done: boolean;
  readonly steps: number;
  /** By split and metric, with 95% intervals. */
  readonly metrics: Measurements;
  /** What methods without the base reach on the same held-out data; empty for tasks that none is known for. */
  readonly baselines: readonly Baseline[];
  /** What may be wrong with the run, and what to change; empty until it is done. */
  readonly watch: readonly Finding[];
  /** The bundle folder, once done. */
  readonly bundle: string | undefined;
  readonly skipped: number;
  readonly seconds: number;
}

/**
 * Trains what a spec describes into a new run folder; where that fails before the first step, nothing is left of it.
 * @throws RUN_EXISTS, RUN_PATH_TAKEN and whatever base, data and training throw
 */
export async function train({ spec, out }: TrainRequest, context: WorkflowContext = {}): Promise<TrainResult> {
  const resolved = resolveSpec(spec, { specDir: process.cwd() });
  const folder = await RunFolder.create(out);
  try {
    return await execute(folder, resolved, undefined, context);
  } catch (error) {
    await folder.removeUnbegun();
    throw error;
  }
}

/**
 * Goes on with a run from its last checkpoint, or from the beginning where there is none yet.
 * @throws RUN_NOT_FOUND, CHECKPOINT_BROKEN; RUN_CHANGED when base or data are not those it began with
 */
export async function resume(path: string, context: WorkflowContext = {}): Promise<TrainResult> {
  const folder = await RunFolder.open(path);
  await folder.removeUnfinished();
  const record = await folder.record();
  const checkpoint = await folder.checkpoints(1).latest();
  return execute(folder, record.spec, { record, checkpoint }, context);
}

/** Where a resumed run stands. */
interface Begun {
  readonly record: RunRecord;
  readonly checkpoint: Checkpoint | undefined;
}

async function execute(folder: RunFolder, spec: RunSpec, begun: Begun | undefined, context: WorkflowContext): Promise<TrainResult> {
  const began = performance.now();
  const scratch = join(folder.path, 'scratch');
  const session = await openSession(spec, scratch, context);
  const skips = new RunSkips(begun?.checkpoint?.notes['skipped']);
  try {
    skips.listen(session.learner.events, context.events);
    const notes = [...session.notes, ...missingClasses(session.data), ...ignoredFiles(session.data)];
    for (const text of notes) context.events?.emit('note', { text });
    const unrated = await recordOf(session, folder, begun?.record);
    const rated = await withChosenRate(session, folder, unrated, context);
    const record = rated ?? unrated;
    const phases = ratedPhases(session, record);
    const { done, steps } = rated
      ? await trainSession({ session, phases, folder, skips, from: begun?.checkpoint, context })
      : { done: false, steps: 0 };
    if (done) await session.restoreBase();
    const measured = done ? await measureSession(session, context) : { metrics: {}, scored: {} };
    const { metrics, scored } = measured;
    for (const text of remarksOf(session.data)) context.events?.emit('note', { text });
    const baselines = done ? await measureBaselines(session, context) : [];
    const watch = done ? await watchSession(session, await folder.metrics(), measured, context) : [];
    const bundle = done ? folder.bundle : undefined;
    if (done) {
      await exportSession(session, folder.bundle, record, metrics);
      if (hasAdapter(session.learner.model)) await writeAdapter(session.inUnits(session.learner.model), folder.adapter);
      const skipped = skips.all.map(({ id, reason }) => ({ id, reason }));
      const finished = { ...record, finished: new Date().toISOString(), metrics, baselines, watch, skipped };
      await folder.writeRecord(finished);
      await writeRunReport(session, folder, finished, scored.test ?? scored.validation);
    }
    return {
      run: folder.path,
      done,
      steps,
      metrics,
      baselines,
      watch,
      bundle,
      skipped: skips.all.length,
      seconds: (performance.now() - began) / 1000,
    };
  } finally {
    await session.close();
    await rm(scratch, { recursive: true, force: true });
  }
}

interface Training {
  readonly session: Session;
  readonly phases: Session['phases'];
  readonly folder: RunFolder;
  readonly skips: RunSkips;
  readonly from: Checkpoint | undefined;
  readonly context: WorkflowContext;
}

async function trainSession(training: Training): Promise<{ done: boolean; steps: number }> {
  const { session, phases, folder, from, context } = training;
  const { learner } = session;
  const log = folder.openMetrics(Number(from?.notes['metricsBytes'] ?? 0));
  const stopListening = [
    learner.events.on('step', ({ step, epoch, loss, lr }) => log.append({ step, epoch, loss, lr })),
    learner.events.on('evaluation', (line) => log.append(line)),
    forwardProgress(learner.events, context.events ?? new Events()),
  ];
  try {
    const { done, progress } = await learner.run(
      phases,
      control(training, () => log.flush()),
    );
    return { done, steps: progress.total };
  } finally {
    log.close();
    for (const stop of stopListening) stop();
  }
}

/** @param flush writes the metrics to the disk; gives their length in bytes */
function control({ session, folder, skips, from, context: { signal } }: Training, flush: () => number): RunControl {
  const { checkpoint } = session.spec.training;
  const folderOf = folder.checkpoints(checkpoint ? checkpoint.keep : 1);
  return {
    ...(from && { from }),
    ...(signal && { signal }),
    checkpoint: {
      isDue: ({ step }, at) =>
        checkpoint !== false && (checkpoint.every === 'epoch' ? at === 'epoch' : at === 'step' && step % checkpoint.every === 0),
      save: (snapshot) => folderOf.save(snapshot, { metricsBytes: String(flush()), skipped: skips.stored }),
    },
  };
}

/** Training's own events as the progress that command line and studio show. */
function forwardProgress(from: Events<TrainingEvents>, to: Events<WorkflowEvents>): () => void {
  let phase = '';
  let steps = 0;
  let first = 0;
  const stops = [
    from.on('phase', (event) => {
      phase = event.phase;
      steps = event.steps;
      first = -1;
    }),
    from.on('features', ({ done, total }) => to.emit('progress', { stage: 'frozen features', done, total })),
    from.on('step', ({ step, loss }) => {
      if (first < 0) first = step - 1;
      to.emit('progress', { stage: `training ${phase}`, done: step - first, total: steps, detail: `loss ${loss.toFixed(4)}` });
    }),
    from.on('probe', ({ strength, folds }) => to.emit('note', { text: `probe: L2 strength ${strength} by ${folds}-fold cross-validation` })),
    from.on('evaluation', ({ metrics }) => {
      const [name, value] = Object.entries(metrics)[0] ?? ['', 0];
      to.emit('note', { text: `validation ${name} ${value.toFixed(4)}` });
    }),
    from.on('stopped', ({ step, best, reason }) =>
      to.emit('note', {
        text: reason === 'asked' ? `stopped after step ${step}` : `${reason} since step ${best}: stopped after step ${step}`,
      }),
    ),
    from.on('kept', ({ step, metric, value }) =>
      to.emit('note', { text: `kept the weights of step ${step}: validation ${metric} ${value.toFixed(4)}` }),
    ),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

/** The record of a run that begins, or that of one that goes on, when it still has the same base and data. */
async function recordOf(session: Session, folder: RunFolder, begun: RunRecord | undefined): Promise<RunRecord> {
  const fresh = await recordOfSession(session);
  for (const part of ['base', 'data'] as const) {
    if (begun && begun[part].sha256 !== fresh[part].sha256) fail('RUN_CHANGED', { part, path: folder.path });
  }
  if (begun === undefined) await folder.writeRecord(fresh);
  return begun ?? fresh;
}
