import { stat } from 'node:fs/promises';
import { fail } from '../../core/index.js';
import { type Columns, type Dataset, formats, type Skip, SkipLog, type ViewsName } from '../../learning/data/index.js';
import { diskFiles, nodeDecoder, openDataset } from '../../learning/data/index.node.js';
import { answersWithVectors, type Prediction, type TaskName, taskOf } from '../../learning/tasks/index.js';
import { inputDataset, type LoadedBundle, loadBundle } from '../../reuse/bundle/index.node.js';
import type { WorkflowContext } from './context.js';
import { MaskFolder, type SaidOfPixels } from './masks/write.node.js';
import { type Similar, VectorIndex } from './vector-index.node.js';

export interface PredictRequest {
  /** A bundle, its `.zip`, or the run that made it. */
  readonly bundle: string;
  /** Image files and folders of images, tables of them, tables or files of text, or tensor files. */
  readonly inputs: readonly string[];
  /** Texts themselves. */
  readonly texts?: readonly string[];
  /** Views of each image whose answers are averaged: test-time augmentation. */
  readonly tta?: ViewsName;
  /** How many classes, or neighbours in the index, are named for each input, the best first; default 5. */
  readonly top?: number;
  /** A folder, table or file among whose samples the nearest to each input are looked for, where the bundle answers with vectors. */
  readonly index?: string;
  /** Folder for what is drawn: masks, and images with these over them. */
  readonly out?: string;
}

/** What the model says of one input: of a classification, the most probable classes. */
export type Predicted = {
  readonly input: string;
  /** What was read, where that is a text; of two, the first. */
  readonly given?: string;
  /** The samples of the index most like it, the nearest first, without itself. */
  readonly neighbours?: readonly Similar[];
} & Said;

type Said =
  | { readonly label: string; readonly probability: number; readonly top: readonly RankedClass[] }
  | SaidOfPixels
  | Unnamed<Exclude<Prediction, { readonly kind: 'class' | 'mask' }>>;

/** Each form of a union without its kind, which its other parts tell. */
type Unnamed<P> = P extends unknown ? Omit<P, 'kind'> : never;

export interface RankedClass {
  readonly label: string;
  /** 0 to 1. */
  readonly probability: number;
}

export interface PredictResult {
  readonly bundle: string;
  readonly task: TaskName;
  /** Views of each image whose answers were averaged. */
  readonly tta: ViewsName | undefined;
  readonly predictions: readonly Predicted[];
  /** What could not be read. */
  readonly skipped: readonly Pick<Skip, 'location' | 'reason'>[];
  readonly seconds: number;
}

const TOP = 5;

/**
 * Predicts files and folders, batch by batch: memory does not grow with their number. What cannot be read is left out and reported.
 * @throws DATA_NOT_FOUND, TASK_CONTENT, PREDICT_INDEX, PREDICT_OUT, TTA_TASK, BUNDLE_ errors
 */
export async function predict(
  { bundle: path, inputs, texts = [], tta, top = TOP, index: indexed, out }: PredictRequest,
  context: WorkflowContext = {},
): Promise<PredictResult> {
  const began = performance.now();
  await Promise.all([...inputs, ...(indexed === undefined ? [] : [indexed])].map(kindOf));
  const bundle = await loadBundle(path);
  const skipped: Pick<Skip, 'location' | 'reason'>[] = [];
  const { task, target, labels } = bundle.info;
  const masks = out === undefined ? undefined : new MaskFolder(out, labels);
  try {
    if (indexed !== undefined && !answersWithVectors(taskOf(task, target))) fail('PREDICT_INDEX', { task });
    if (out !== undefined && taskOf(task, target).target !== 'masks') fail('PREDICT_OUT', { task });
    const read = (paths: readonly string[], given: readonly string[]): Promise<Predicted[]> =>
      predictAll(bundle, { paths, texts: given }, { top, tta, masks }, skipped, context);
    const predictions = await read(inputs, texts);
    const found = indexed === undefined ? predictions : withNeighbours(predictions, await read([indexed], []), top);
    return { bundle: path, task, tta, predictions: found, skipped, seconds: (performance.now() - began) / 1000 };
  } finally {
    await bundle.close();
  }
}

function withNeighbours(predictions: readonly Predicted[], samples: readonly Predicted[], top: number): Predicted[] {
  const index = new VectorIndex(samples);
  return predictions.map((predicted) => ({ ...predicted, neighbours: index.like(predicted, top) }));
}

/** What is to be predicted. */
interface Given {
  readonly paths: readonly string[];
  readonly texts: readonly string[];
}

/** @param skipped takes what cannot be read */
async function predictAll(
  bundle: LoadedBundle,
  { paths, texts }: Given,
  asked: Asked,
  skipped: Collected['skipped'],
  context: WorkflowContext,
): Promise<Predicted[]> {
  const predictions: Predicted[] = [];
  const groups: Group[] = [...(await grouped(paths)), ...(texts.length > 0 ? [{ kind: 'text' as const, paths: texts }] : [])];
  for (const group of groups) {
    if (context.signal?.aborted) break;
    const dataset = await openGroup(group, bundle);
    try {
      await predictDataset(bundle, dataset, asked, { predictions, skipped }, context);
    } finally {
      await dataset.close();
    }
  }
  return predictions;
}

/** How much is said, and where it is drawn. */
interface Asked {
  readonly top: number;
  readonly tta: ViewsName | undefined;
  readonly masks: MaskFolder | undefined;
}

interface Collected {
  readonly predictions: Predicted[];
  readonly skipped: Pick<Skip, 'location' | 'reason'>[];
}

async function predictDataset(
  bundle: LoadedBundle,
  dataset: Dataset,
  asked: Asked,
  into: Collected,
  { events, signal }: WorkflowContext,
): Promise<void> {
  // One more than there are: a folder none of which can be read is no reason to give up the others.
  const skips = new SkipLog(dataset.size + 1, 1);
  skips.events.on('skipped', ({ location, reason }) => {
    into.skipped.push({ location, reason });
    events?.emit('note', { text: `left out ${location}: ${reason}` });
  });
  let done = 0;
  for await (const answers of bundle.answers(dataset, { skips, ...(asked.tta && { views: asked.tta }) })) {
    for (const { index, prediction } of answers) {
      const said = prediction.kind === 'mask' ? await pixelsOf(dataset, index, prediction, asked) : describe(prediction, asked.top);
      into.predictions.push({ ...(await inputOf(dataset, index)), ...said });
    }
    done += answers.length;
    events?.emit('progress', { stage: 'predicting', done: done + skips.skips.length, total: dataset.size });
    if (signal?.aborted) break;
  }
  for (const text of dataset.remarks?.() ?? []) events?.emit('note', { text });
}

async function inputOf(dataset: Dataset, index: number): Promise<Pick<Predicted, 'input' | 'given'>> {
  const { location: input } = dataset.sample(index);
  const content = dataset.kind === 'text' ? await dataset.load(index) : undefined;
  return content?.kind === 'text' ? { input, given: content.text } : { input };
}

async function pixelsOf(
  dataset: Dataset,
  index: number,
  prediction: Extract<Prediction, { readonly kind: 'mask' }>,
  { masks }: Asked,
): Promise<SaidOfPixels> {
  const files = await masks?.write(dataset, index, prediction);
  const { width, height, shares } = prediction;
  return { width, height, shares, ...(files && { files }) };
}

function describe(prediction: Exclude<Prediction, { readonly kind: 'mask' }>, top: number): Said {
  if (prediction.kind !== 'class') {
    const { kind: _, ...rest } = prediction;
    return rest;
  }
  const { label, probability, probabilities } = prediction;
  const ranked = Object.entries(probabilities).map(([name, value]) => ({ label: name, probability: value }));
  return { label, probability, top: ranked.sort((a, b) => b.probability - a.probability).slice(0, top) };
}

type InputKind = 'folder' | 'data' | 'image' | 'text';

/** @throws DATA_NOT_FOUND */
async function kindOf(path: string): Promise<InputKind> {
  const found = await stat(path).catch((cause: unknown) => fail('DATA_NOT_FOUND', { path }, cause));
  if (found.isDirectory()) return 'folder';
  return Object.values(formats).some(({ matches }) => matches(path, false)) ? 'data' : 'image';
}

interface Group {
  readonly kind: InputKind;
  /** Paths, or texts themselves. */
  readonly paths: readonly string[];
}

/** Image files that follow each other go through the model together. */
async function grouped(inputs: readonly string[]): Promise<Group[]> {
  const groups: { kind: InputKind; paths: string[] }[] = [];
  for (const path of inputs) {
    const kind = await kindOf(path);
    const last = groups.at(-1);
    if (kind === 'image' && last?.kind === 'image') last.paths.push(path);
    else groups.push({ kind, paths: [path] });
  }
  return groups;
}

async function openGroup({ kind, paths }: Group, { info }: LoadedBundle): Promise<Dataset> {
  const decoder = nodeDecoder(info.decode);
  const [path = ''] = paths;
  const { content, target } = taskOf(info.task, info.target);
  if ((kind === 'image' || kind === 'text') && content !== kind)
    fail('TASK_CONTENT', { task: info.task, expected: content, data: path, actual: kind });
  if (kind === 'image' || kind === 'text') return inputDataset(paths, kind, { files: diskFiles(), decoder });
  return openDataset(
    {
      path,
      unlabelled: true,
      content,
      target,
      columns: (info.text?.columns ?? {}) as Columns,
      ...(kind === 'folder' && content === 'image' && { format: 'image-folder' as const }),
    },
    info.decode && { decode: info.decode },
  );
}
