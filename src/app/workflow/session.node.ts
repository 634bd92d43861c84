import { join } from 'node:path';
import type { Purpose } from '../../bases/importers/index.node.js';
import {
  adaptModel,
  adaptTextModel,
  embedText,
  type FreezeSpec,
  findFeatures,
  fixedBatch,
  joinSpans,
  reinitialise,
  stageEnds,
  withLogits,
} from '../../bases/surgery/index.js';
import { didYouMean, fail, type Tensor } from '../../core/index.js';
import { inferTypes, type Model, type TensorType, type ValueInfo } from '../../engine/graph/index.js';
import { type Device, openDevice } from '../../engine/runtime/index.node.js';
import { type Dataset, type Label, rowInputs, type SampleDims, samplesOf, type Target, type TransformStep } from '../../learning/data/index.js';
import { type LossSpec, type Task, type TaskName, taskOf } from '../../learning/tasks/index.js';
import {
  diskFeatures,
  isProbe,
  Learner,
  type LearnerSpec,
  type Phase,
  type ProbePhase,
  phasesOf,
  planTraining,
  withRecipe,
} from '../../learning/training/index.node.js';
import type { RunSpec } from '../spec/index.js';
import { augmented, type Base, dataInputs, imageInput, loadModel } from './base.node.js';
import type { WorkflowContext } from './context.js';
import { openRunData, type RunData } from './data.node.js';
import { openTextSession, type TextSession } from './text-session.node.js';

/** A run made ready: base adapted, data opened, learner built. */
export interface Session {
  readonly spec: RunSpec;
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
}

/** A session on a base and data that are open already. */
export async function sessionOf(spec: RunSpec, base: Base, data: RunData, scratch: string, context: SessionContext = {}): Promise<Session> {
  const { events, reopen = holding(base) } = context;
  const task = taskOf(spec.task, data.train.target.kind);
  const transforms = task.content === 'image' ? transformsOf(spec, base) : undefined;
  const text =
    task.text && (await openTextSession(spec, { ...task, text: task.text }, base, data.names, (note) => events?.emit('note', { text: note })));
  const inputs =
    text?.inputs ?? rowInputs(transforms ? imageInput(base, transforms.eval) : await tensorInputs(spec.task, base, data.train), transforms);
  const adaptOnce = (whole: Base): AdaptedBase => adapt(spec, whole, data, inputs.dims, task, text);
  const adapted = adaptOnce(base);
  const rows = fixedBatch(adapted.model.graph);
  checkBatch(spec, rows, base);
  checkRecipe(spec, data.train);
  const whole = spec.recipe.name === 'scratch' ? reinitialise(adapted.model, spec.seed) : adapted.model;
  const { model, trained } = withRecipe(whole, spec.recipe, adapted.head, spec.seed);
  const phases = planPhases(spec, task, model, adapted.head, trained);
  const { training } = spec;
  const device = openDevice(spec.threads === 'auto' ? {} : { threads: spec.threads });
  const learner = await learnerOn(device, {
    model,
    head: adapted.head,
    ...(adapted.features && { headInput: adapted.features }),
    outputs: adapted.outputs,
    inputs,
    task,
    loss: lossOf(spec, task, data),
    train: data.train,
    ...(data.validation && { validation: data.validation }),
    batchSize: training.batchSize,
    ...(rows !== undefined && { fixedBatch: rows }),
    accumulate: training.accumulate,
    shuffle: training.shuffle,
    clip: training.clip || {},
    checkpointActivations: training.checkpointActivations,
    seed: spec.seed,
    features: diskFeatures(join(scratch, 'features'), { memory: MEMORY, disk: training.prefixCache ? training.prefixCache.budget : 0 }),
    maxSkippedShare: spec.data.maxSkippedShare,
  });
  const { model: _, ...about } = base;
  return {
    spec,
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
    notes: [...base.notes, ...(base.assumption && transforms?.eval === base.preprocessing ? [base.assumption] : [])],
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

/** What a text model is read for: a new head wants its features, unless it is the knowledge of words that is trained. */
function purposeOf({ task, head }: RunSpec): Purpose | undefined {
  const { text } = taskOf(task);
  if (text === undefined) return undefined;
  if (text.unit === 'embedding') return 'features';
  if (text.unit === 'text' || text.unit === 'token') return head.name === 'keep' ? undefined : 'features';
  return text.unit;
}

/** @throws RECIPE_CLASSES where a recipe compares samples of a class and there are no classes */
function checkRecipe({ recipe }: RunSpec, { target }: Dataset): void {
  if (recipe.name === 'setfit' && target.kind !== 'classes') fail('RECIPE_CLASSES', { recipe: recipe.name, actual: target.kind });
}

interface AdaptedBase {
  readonly model: Model;
  readonly head: readonly string[];
  readonly features: string | undefined;
  /** Outputs of the exported model. */
  readonly outputs: readonly ValueInfo[];
}

/** @throws BASE_NO_WORDS, DATA_ONE_CLASS, HEAD_KEEP_CLASSES, and what surgery throws */
function adapt(
  { head, taps, seed }: RunSpec,
  base: Base,
  data: RunData,
  sampleDims: SampleDims,
  task: Task,
  text: TextSession | undefined,
): AdaptedBase {
  if (isLanguageModel(task)) {
    checkWords(base, sampleDims, task);
    return { model: base.model, head: [], features: undefined, outputs: base.model.graph.outputs };
  }
  if (text && task.text?.unit === 'embedding') {
    const { model, features } = embedText(base.model, { sampleDims, ...tokensOf(text, task), pooling: text.pooling });
    return { model, head: [], features, outputs: model.graph.outputs };
  }
  if (head.name === 'keep') {
    const kept = task.target === 'answers' ? { ...base, model: joinSpans(base.model) } : base;
    const model = withLogits(kept.model);
    checkWidth(model, sampleDims, task.text?.outputs ?? data.names.length);
    return { model, head: [], features: undefined, outputs: kept.model.graph.outputs };
  }
  if (data.train.target.kind === 'classes' && data.names.length === 1) fail('DATA_ONE_CLASS', { data: data.train.name, label: data.names[0] ?? '' });
  const layers = { hidden: head.name === 'mlp' ? head.hidden : [], dropout: head.dropout };
  const wanted = { sampleDims, head: layers, outputs: task.text?.outputs ?? data.names.length, seed };
  const { model, headParameters, features } = text
    ? adaptTextModel(base.model, { ...wanted, ...tokensOf(text, task) })
    : adaptModel(base.model, { ...wanted, taps: tapNames(taps, base, sampleDims) });
  return { model, head: headParameters, features, outputs: model.graph.outputs };
}

function isLanguageModel({ text }: Task): boolean {
  return text?.unit === 'masked-language-model' || text?.unit === 'causal-language-model';
}

/** A language model says something of each token `[N, T, words]`. @throws BASE_NO_WORDS */
function checkWords({ uri, model }: Base, sampleDims: SampleDims, { name }: Task): void {
  const [output] = model.graph.outputs;
  const dims = typesOf(model, sampleDims).get(output?.name ?? '')?.dims ?? [];
  if (dims.length !== 3) fail('BASE_NO_WORDS', { uri, task: name, output: dims.join('×') });
}

/** What the head reads of a text: all of it, or each token. */
function tokensOf(
  { tokens, slots, pooling }: TextSession,
  { text }: Task,
): Pick<Parameters<typeof adaptTextModel>[1], 'tokens' | 'mask' | 'pooling'> {
  return { tokens, mask: slots.find(({ role }) => role === 'mask'), ...(text?.unit === 'text' && { pooling }) };
}

/** A kept head may have more outputs than the data has classes, never fewer. */
function checkWidth(model: Model, sampleDims: Readonly<Record<string, readonly number[]>>, classes: number): void {
  const outputs =
    typesOf(model, sampleDims)
      .get(model.graph.outputs[0]?.name ?? '')
      ?.dims.at(-1) ?? 0;
  if (outputs < classes) fail('HEAD_KEEP_CLASSES', { outputs, classes });
}

function tapNames(taps: RunSpec['taps'], { model, features }: Base, sampleDims: Readonly<Record<string, readonly number[]>>): readonly string[] {
  if (taps === 'last') return [features ?? findFeatures(model.graph)];
  return taps === 'auto' ? stageEnds(model.graph, typesOf(model, sampleDims)) : taps;
}

function typesOf({ graph, opsets }: Model, sampleDims: Readonly<Record<string, readonly number[]>>): ReadonlyMap<string, TensorType> {
  const rows = fixedBatch(graph) ?? 1;
  const dims = Object.fromEntries(Object.entries(sampleDims).map(([name, sample]) => [name, [rows, ...sample]]));
  return inferTypes(graph, opsets.get('') as number, dims).types;
}

function transformsOf({ transforms, recipe }: RunSpec, base: Base): NonNullable<Session['transforms']> {
  const evaluation = transforms.eval ?? base.preprocessing;
  if (evaluation === undefined) return imageInput(base, undefined) as never;
  const cached = recipe.name === 'linear-probe' || recipe.name === 'feature-extraction';
  return { eval: evaluation, train: transforms.train ?? (cached ? evaluation : augmented(evaluation)) };
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

/** Losses that compare an output with a label. */
const LABEL_LOSSES: readonly LossSpec['name'][] = ['cross-entropy', 'mse', 'bce'];

/** @throws LOSS_TASK */
function lossOf({ training }: RunSpec, task: Task, data: RunData): LossSpec {
  const { loss } = training;
  if (loss.name === 'auto') return task.defaultLoss;
  const known = task.losses ?? LABEL_LOSSES;
  if (!known.includes(loss.name)) fail('LOSS_TASK', { loss: loss.name, task: task.name, known: known.join(', ') });
  if (loss.name !== 'cross-entropy') return loss;
  const { labelSmoothing, classWeights } = loss;
  if (classWeights === 'none') return { name: 'cross-entropy', labelSmoothing };
  return {
    name: 'cross-entropy',
    labelSmoothing,
    classWeights: classWeights === 'balanced' ? balancedWeights(data.train, data.names.length) : classWeights,
  };
}

/** @throws PROBE_TOKENS, FREEZE_NO_MATCH, GROUP_NO_MATCH, TRAIN_NOTHING, for a later phase before the first one runs */
function planPhases(
  { recipe, freeze, groups, training }: RunSpec,
  task: Task,
  model: Model,
  head: readonly string[],
  trained: readonly string[] | undefined,
): (Phase | ProbePhase)[] {
  const { optimizer, schedule, batchNorm, earlyStopping, steps, epochs } = training;
  checkProbe(recipe, task);
  const phases = phasesOf(recipe, {
    head,
    perToken: task.text?.unit === 'token',
    ...(trained && { trained }),
    freeze: freezeOf(freeze),
    groups,
    length: steps === undefined ? { epochs: epochs ?? 1 } : { steps },
    optimizer,
    schedule,
    batchNorm,
    ...(earlyStopping && { earlyStopping: { ...earlyStopping, metric: stoppingMetric(earlyStopping.metric, task) } }),
  });
  for (const phase of phases) if (!isProbe(phase)) planTraining(model, phase);
  return phases;
}

/** The loss, unless a task has a metric in its place. */
function stoppingMetric(asked: string, { text, primary }: Task): string {
  if (asked !== 'auto') return asked;
  return text?.unit === 'token' ? primary.metric : 'loss';
}

/** A probe is fitted to one vector a sample. @throws PROBE_TOKENS where each token has one and a probe is asked for */
function checkProbe(recipe: RunSpec['recipe'], { name, text }: Task): void {
  const isProbe = recipe.name === 'linear-probe' || (recipe.name === 'fine-tune' && recipe.start === 'probe');
  if (isProbe && text?.unit === 'token') fail('PROBE_TOKENS', { task: name });
}

function freezeOf(freeze: RunSpec['freeze']): FreezeSpec {
  if (typeof freeze === 'string') return { kind: freeze };
  if ('until' in freeze) return { kind: 'until', name: freeze.until };
  return 'match' in freeze ? { kind: 'match', pattern: freeze.match } : { kind: 'share', share: freeze.share };
}

/** Inverse to how often each class or tag occurs, 1 on average over the samples or words. @throws LOSS_UNBALANCED where there are neither */
function balancedWeights(dataset: Dataset, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const { label } of samplesOf(dataset)) for (const one of classesOf(label, dataset.target)) counts[one] = (counts[one] ?? 0) + 1;
  const total = counts.reduce((a, b) => a + b, 0);
  return counts.map((count) => (count > 0 ? total / (classes * count) : 0));
}

function classesOf(label: Label, { kind }: Target): readonly number[] {
  if (kind === 'classes') return [label as number];
  return kind === 'tags' ? ((label ?? []) as readonly number[]) : fail('LOSS_UNBALANCED', { target: kind });
}
