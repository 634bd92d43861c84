import { join } from 'node:path';
import { fixedBatch, reinitialise, rescaled } from '../../bases/surgery/index.js';
import { didYouMean, fail, type Tensor } from '../../core/index.js';
import type { Model } from '../../engine/graph/index.js';
import { type Device, openDevice } from '../../engine/runtime/index.node.js';
import { augmentedBy, type Dataset, type ModelInputs, rowInputs, type TransformStep } from '../../learning/data/index.js';
import { type Task, type TaskName, taskOf } from '../../learning/tasks/index.js';
import {
  type Callback,
  diskFeatures,
  Learner,
  type LearnerSpec,
  type Phase,
  type ProbePhase,
  type Unlabelled,
  withRecipe,
} from '../../learning/training/index.node.js';
import type { DecidedSpec, RunSpec } from '../spec/index.js';
import { adaptBase, purposeOf } from './adapt-base.node.js';
import type { AdaptedBase } from './adapted-base.js';
import { decide } from './auto/decide.node.js';
import { type Base, dataInputs, imageInput, loadModel } from './base.node.js';
import { checkSampler } from './check-sampling.js';
import type { WorkflowContext } from './context.js';
import { openRunData, type RunData } from './data.node.js';
import { progressivePhases } from './progressive.node.js';
import { lossOf, scaleOf, trainedTask } from './session-loss.node.js';
import { checkRecipe, planPhases } from './session-plan.node.js';
import { checkRegularise, depthNote } from './session-regularise.js';
import { teachersOf } from './session-teachers.node.js';
import { strongView, weakView } from './session-views.js';
import { openTextSession, type TextSession } from './text-session.node.js';

/** A run made ready: base adapted, data opened, learner built. */
export interface Session {
  readonly spec: DecidedSpec;
  /** Why the spec is as it is, where something was left to choose. */
  readonly reasons: readonly string[];
  readonly task: Task;
  readonly base: Omit<Base, 'model'>;
  readonly data: RunData;
  readonly device: Device;
  readonly learner: Learner;
  readonly phases: readonly (Phase | ProbePhase)[];
  /** Parameters of the new head; empty where the base keeps its own. */
  readonly head: readonly string[];
  /** The value that the head reads; `undefined` where the base keeps its head. */
  readonly features: string | undefined;
  readonly transforms: { readonly train: readonly TransformStep[]; readonly eval: readonly TransformStep[] } | undefined;
  /** How text is read, where the task is about text. */
  readonly text: TextSession | undefined;
  /** What the user should know about the base. */
  readonly notes: readonly string[];
  /** The trained model with its answers in the units of the data, where it was trained in others. */
  inUnits(model: Model): Model;
  /** Puts the base's own weights in the place of quantised ones, under what was trained: that is what is measured and exported. */
  restoreBase(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens everything a run needs.
 * @param scratch folder for temporary files
 */
export async function openSession(spec: RunSpec, scratch: string, context: WorkflowContext = {}): Promise<Session> {
  const base = await loadModel(spec.base, context, purposeOf(spec));
  const data = await openRunData(spec);
  try {
    // Fetched again at the end rather than kept: that is what quantised weights are for.
    return await sessionOf(spec, base, data, scratch, { ...context, reopen: () => loadModel(spec.base, context, purposeOf(spec)) });
  } catch (error) {
    await data.close();
    throw error;
  }
}

interface SessionContext extends WorkflowContext {
  /** Gives the base once more, where it need not stay in memory. */
  readonly reopen?: () => Promise<Base>;
  readonly callbacks?: readonly Callback[];
}

/** A session on a base and data that are open already. */
export async function sessionOf(asked: RunSpec, base: Base, data: RunData, scratch: string, context: SessionContext = {}): Promise<Session> {
  const { spec, reasons } = await decide(asked, data, (one) => sessionOf(one, base, data, scratch, { reopen: holding(base) }), context);
  const { events, reopen = holding(base), callbacks = [] } = context;
  const plain = taskOf(spec.task, data.train.target.kind);
  const scale = scaleOf(spec, plain, data.train);
  const task = trainedTask(spec, plain, data, scale);
  const transforms = task.content === 'image' ? transformsOf(spec, task, base) : undefined;
  const text =
    task.text && (await openTextSession(spec, { ...task, text: task.text }, base, data.names, (note) => events?.emit('note', { text: note })));
  const inputs =
    text?.inputs ?? rowInputs(transforms ? imageInput(base, transforms.eval) : await tensorInputs(spec.task, base, data.train), transforms);
  const adaptOnce = (whole: Base): AdaptedBase => adaptBase(spec, whole, data, inputs.dims, task, text);
  const adapted = adaptOnce(base);
  const rows = fixedBatch(adapted.model.graph);
  checkBatch(spec, rows, base);
  checkRecipe(spec, data.train);
  checkSampler(spec, data.train);
  checkRegularise(spec, task);
  const whole = spec.recipe.name === 'scratch' ? reinitialise(adapted.model, spec.seed) : adapted.model;
  const { model, trained } = withRecipe(whole, spec.recipe, adapted.head, spec.seed);
  const planned = planPhases(spec, task, model, adapted.head, trained);
  const { phases, ...sizes } = progressivePhases(spec, { phases: planned, model, base, task, transforms });
  const { training } = spec;
  const loss = await lossOf(spec, task, data, scale);
  const teachers = await teachersOf({ ...context, spec, task, base, adapted, model, inputs, transforms, names: data.names });
  const device = openDevice(spec.threads === 'auto' ? {} : { threads: spec.threads });
  const learner = await learnerOn(device, {
    model,
    head: adapted.head,
    ...(adapted.features && { headInput: adapted.features }),
    outputs: adapted.outputs,
    ...(adapted.auxiliary && { auxiliary: adapted.auxiliary }),
    inputs,
    ...sizes,
    task,
    loss,
    train: data.train,
    ...(data.validation && { validation: data.validation }),
    batchSize: training.batchSize,
    ...(rows !== undefined && { fixedBatch: rows }),
    accumulate: training.accumulate,
    shuffle: training.shuffle,
    ...(training.sampler !== 'shuffle' && { sampler: training.sampler }),
    ...(training.mix.name !== 'none' && { mix: training.mix }),
    views: training.prefixCache ? training.prefixCache.views : 1,
    clip: training.clip || {},
    checkpointActivations: training.checkpointActivations,
    ...regularisersOf(training),
    teachers,
    ...(data.unlabelled && transforms && { unlabelled: unlabelledOf(training, data.unlabelled, inputs, transforms.eval) }),
    seed: spec.seed,
    features: diskFeatures(join(scratch, 'features'), { memory: MEMORY, disk: training.prefixCache ? training.prefixCache.budget : 0 }),
    maxSkippedShare: spec.data.maxSkippedShare,
    callbacks,
  });
  const { model: _, ...about } = base;
  return {
    spec,
    reasons,
    task,
    base: about,
    data,
    device,
    learner,
    phases,
    head: adapted.head,
    features: adapted.features,
    transforms,
    text,
    notes: [
      ...base.notes,
      ...depthNote(spec, model, inputs.dims),
      ...(base.assumption && transforms?.eval === base.preprocessing ? [base.assumption] : []),
    ],
    inUnits: (trained) => (scale ? rescaled(trained, adapted.head.slice(-2) as [string, string], scale.spread, scale.centre) : trained),
    restoreBase: async () => {
      const { recipe, seed } = spec;
      if (!('quantise' in recipe) || recipe.quantise === 'none') return;
      const restored = adaptOnce(await reopen());
      learner.replaceModel(withRecipe(restored.model, { ...recipe, quantise: 'none' }, restored.head, seed).model);
    },
    close: async () => {
      await Promise.all([device.close(), data.close()]);
    },
  };
}

function regularisersOf({ regularise, batchNorm }: RunSpec['training']): Pick<LearnerSpec, 'stochasticDepth' | 'statistics'> {
  const { stochasticDepth } = regularise;
  return { ...(stochasticDepth !== undefined && { stochasticDepth }), ...(batchNorm === 'adapt' && { statistics: 'adapt' }) };
}

/** @param steps for evaluation */
function unlabelledOf({ pseudoLabels }: RunSpec['training'], data: Dataset, { dims }: ModelInputs, steps: readonly TransformStep[]): Unlabelled {
  return { data, views: rowInputs(dims, { eval: weakView(steps), train: strongView(steps) }), ...pseudoLabels };
}

/** Stands apart: a function inside a session would keep the base's weights in memory for as long as the session. */
function holding(base: Base): () => Promise<Base> {
  return () => Promise.resolve(base);
}

/** A learner on a device, which is closed when there can be none. */
async function learnerOn(device: Device, spec: Omit<LearnerSpec, 'device'>): Promise<Learner> {
  try {
    return new Learner({ device, ...spec });
  } catch (error) {
    await device.close();
    throw error;
  }
}

/** Features up to this many bytes stay in memory; more go to a scratch file. */
const MEMORY = 256e6;

/** @throws BATCH_FIXED when the base takes batches of another size only */
function checkBatch({ training }: RunSpec, rows: number | undefined, { fixedBatch: bound }: Base): void {
  if (rows !== undefined && rows !== training.batchSize) {
    fail('BATCH_FIXED', { batch: rows, asked: training.batchSize, reason: bound?.reason ?? '' });
  }
}

/** A number may be told by place, size or colour, which augmentation changes: it is left to those who know that theirs is not. */
function transformsOf({ transforms, recipe, training }: RunSpec, { target }: Task, base: Base): NonNullable<Session['transforms']> {
  const evaluation = transforms.eval ?? base.preprocessing;
  if (evaluation === undefined) return imageInput(base, undefined) as never;
  const keepsViews = training.prefixCache !== false && training.prefixCache.views > 1;
  const isCached = recipe.name === 'linear-probe' || (recipe.name === 'feature-extraction' && !keepsViews);
  const policy = transforms.augment === 'auto' ? (isCached || target === 'values' ? 'none' : 'light') : transforms.augment;
  return { eval: evaluation, train: transforms.train ?? augmentedBy(policy, evaluation) };
}

/** @throws TASK_CONTENT, DATA_INPUT_MISSING, DATA_INPUT_TYPE, DATA_INPUT_SHAPE */
async function tensorInputs(task: TaskName, { model }: Base, dataset: Dataset): Promise<Record<string, readonly number[]>> {
  const content = await dataset.load(0);
  if (content.kind !== 'tensors') fail('TASK_CONTENT', { task, expected: 'tensors', data: dataset.name, actual: content.kind });
  const { tensors } = content;
  const inputs = dataInputs(model.graph).map(({ name, type }) => {
    const tensor =
      tensors[name] ??
      fail('DATA_INPUT_MISSING', { input: name, hint: didYouMean(name, Object.keys(tensors)), known: Object.keys(tensors).join(', ') });
    if (type.kind !== 'tensor') return [name, tensor.dims] as const;
    if (type.type !== tensor.type) fail('DATA_INPUT_TYPE', { input: name, expected: type.type, actual: tensor.type });
    checkShape(name, tensor, type.dims?.slice(1));
    return [name, tensor.dims] as const;
  });
  return Object.fromEntries(inputs);
}

function checkShape(input: string, { dims }: Tensor, expected: readonly unknown[] | undefined): void {
  const fits =
    expected === undefined || (expected.length === dims.length && expected.every((dim, axis) => typeof dim !== 'number' || dim === dims[axis]));
  if (!fits) fail('DATA_INPUT_SHAPE', { input, expected: (expected ?? []).map((dim) => dim ?? '?').join('×'), actual: dims.join('×') });
}
