import { fail } from '../../core/index.js';
import { type Graph, type Model, pruneUnused } from '../../engine/graph/index.js';
import { balancedItems, classBatches, type Items, type ModelInputs, type SampleDims } from '../data/index.js';
import { createLoss, type Loss } from '../tasks/index.js';
import { type BatchSource, keyOf, type Prefix, type Prefixes } from './batch-source.js';
import { planTraining, type TrainingPlan } from './groups.js';
import { inferenceModel } from './inference.js';
import type { LearnerSpec } from './learner-spec.js';
import { type Mixing, mixingOf } from './mixing/mixing.js';
import type { Phase } from './phase.js';
import type { PhaseContext, Release } from './phase-context.js';
import { computingFeatures } from './phase-sources.js';
import { ofAnySize } from './progressive.js';
import { heardTeachers } from './teachers/taught-model.js';
import { taughtBy } from './teachers/taught-source.js';
import { Trainer } from './trainer.js';

interface OpenedTrainer {
  readonly trainer: Trainer;
  readonly plan: TrainingPlan;
  /** The training data. */
  readonly items: Items;
  readonly prefixes: Prefixes | undefined;
  /** The batches of a source of these as they are trained on: with what teachers say of them, mixed. */
  taught(source: BatchSource): Promise<BatchSource>;
}

/** What makes a phase's steps, with the weights on the device. @param held takes what is opened, to be released even where opening fails */
export async function openTrainer(context: PhaseContext, held: Release[]): Promise<OpenedTrainer> {
  const { spec, model, phase } = context;
  const plan = planTraining(model, phase);
  const loss = createLoss(phase.objective ?? spec.loss);
  const items = await trainingItems(context, loss);
  const mixing = mixingOf(spec, phase);
  const trained = trainedModel(context);
  const teachers = phase.objective ? [] : heardTeachers(trained, spec.teachers ?? [], new Set(plan.trainable.map(({ name }) => name)));
  const settings = { ...trainerSettings(context, mixing), ...plan, teachers };
  const trainer = new Trainer({ ...settings, model: trained, loss, batchSize: rowsFor(spec, items) });
  held.push(() => trainer.release());
  await trainer.start();
  const prefixes = await prefixesOf(context, trainer, held);
  const taught = async (source: BatchSource): Promise<BatchSource> =>
    mixing.apply(await withTeachers(context, source, { items, trainer, held }), prefixes !== undefined);
  return { trainer, plan, items, prefixes, taught };
}

type PlanKeys = 'model' | 'trainable' | 'rates' | 'loss' | 'batchSize';

function trainerSettings({ spec, phase, start }: PhaseContext, mixing: Mixing): Omit<ConstructorParameters<typeof Trainer>[0], PlanKeys> {
  const { device, clip, checkpointActivations = false, stochasticDepth = 0, seed } = spec;
  return {
    device,
    sampleDims: inputsOf(spec, phase).dims,
    task: mixing.task,
    optimizer: phase.optimizer,
    clip,
    checkpointActivations,
    stochasticDepth,
    batchNorm: phase.batchNorm,
    fresh: new Set(spec.head),
    ...(spec.auxiliary && { auxiliary: spec.auxiliary }),
    seed,
    origin: spec.model,
    before: start.total - start.step,
  };
}

/** The training data in batches that the loss can use. @throws DATA_EMPTY where none of it can be read */
async function trainingItems({ spec, phase, skips }: PhaseContext, { byClass }: Loss): Promise<Items> {
  const items = await inputsOf(spec, phase).open(spec.train, phase.augment ? 'train' : 'eval', skips);
  if (items.size === 0) fail('DATA_EMPTY', { path: spec.train.name });
  const classOf = (item: number): number => spec.train.sample(items.sampleOf(item)).label as number;
  if (byClass) return classBatches(items, classOf);
  return spec.sampler === undefined ? items : balancedItems(items, spec.sampler, classOf);
}

/** How training samples are read in a phase. */
function inputsOf({ inputs, inputsAt }: LearnerSpec, { size }: Phase): ModelInputs {
  return size === undefined || inputsAt === undefined ? inputs : inputsAt(size);
}

/** Rows of the largest batch: where a sample is several items, more than samples. */
function rowsFor({ fixedBatch, batchSize, train }: LearnerSpec, items: Items): number {
  if (fixedBatch !== undefined) return fixedBatch;
  const batches = items.plan({ epoch: 0, shuffle: false, seed: 0, batchSize, start: 0 });
  return batches.reduce((most, batch) => Math.max(most, batch.items.length), Math.min(batchSize, train.size));
}

/** The model, or its part up to what the head reads. */
function trainedModel({ spec: { headInput }, phase, model }: PhaseContext): Model {
  if (phase.size !== undefined) return ofAnySize(model);
  if (phase.objective === undefined || headInput === undefined) return model;
  const output = { name: headInput, type: { kind: 'tensor' as const, type: 'float32' as const, dims: undefined } };
  return { ...model, graph: pruneUnused({ ...model.graph, outputs: [output] }) };
}

/** The frozen part of the model for each shape, compiled when it is first needed; `undefined` where nothing is frozen before the trainable part. */
async function prefixesOf({ spec: { device } }: PhaseContext, trainer: Trainer, held: Release[]): Promise<Prefixes | undefined> {
  if ((await trainer.forward()).prefix === undefined) return undefined;
  const compiled = new Map<string, Promise<Prefix>>();
  const compile = async (dims: SampleDims): Promise<Prefix> => {
    const forward = await trainer.forward(dims);
    const program = await device.compile(inferenceModel(forward.prefix as Graph, forward.opset));
    held.push(() => program.release());
    return { program, forward };
  };
  return (dims) => {
    const key = keyOf(dims);
    const found = compiled.get(key) ?? compile(dims);
    compiled.set(key, found);
    return found;
  };
}

interface TaughtParts {
  readonly items: Items;
  readonly trainer: Trainer;
  readonly held: Release[];
}

/** The training batches with what the teachers of the phase say of them. */
async function withTeachers(context: PhaseContext, source: BatchSource, { items, trainer, held }: TaughtParts): Promise<BatchSource> {
  const { device, train: dataset, features, seed } = context.spec;
  const mode = context.phase.augment ? 'train' : 'eval';
  const shared = { device, dataset, items, mode, rows: trainer.spec.batchSize, seed, features, onProgress: computingFeatures(context) } as const;
  let taught = source;
  for (const teacher of trainer.spec.teachers ?? []) {
    const next = await taughtBy(taught, teacher, shared);
    held.push(() => next.close());
    taught = next;
  }
  return taught;
}
