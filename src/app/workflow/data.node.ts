import { regularExpression } from '../../bases/surgery/index.js';
import { fail } from '../../core/index.js';
import {
  alignTarget,
  allIndices,
  type Columns,
  countClasses,
  type Dataset,
  groupById,
  split,
  subset,
  type Target,
} from '../../learning/data/index.js';
import { openDataset } from '../../learning/data/index.node.js';
import { answersWithVectors, type TaskName, targetsOf, taskOf } from '../../learning/tasks/index.js';
import type { RunSpec } from '../spec/index.js';

/** The data of a run, divided. */
export interface RunData {
  readonly train: Dataset;
  readonly validation: Dataset | undefined;
  readonly test: Dataset | undefined;
  /** Images without labels. */
  readonly unlabelled?: Dataset;
  /** Class names or names of the target values, in the order of the outputs. */
  readonly names: readonly string[];
  close(): Promise<void>;
}

type Share = number;

/**
 * Opens the data a spec names and divides it as the spec says: stratified, seeded, groups kept whole.
 * @throws DATA_ errors naming the file; DATA_LABEL_UNKNOWN where a held-out file has a class that training lacks
 */
export async function openRunData({ task, data, seed }: Pick<RunSpec, 'task' | 'data' | 'seed'>): Promise<RunData> {
  const opened: Dataset[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(opened.map((dataset) => dataset.close()));
  };
  try {
    return { ...(await openParts(task, data, seed, opened)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** @param opened takes what is to be closed at the end, or when something fails on the way */
async function openParts(task: TaskName, data: RunSpec['data'], seed: number, opened: Dataset[]): Promise<Omit<RunData, 'close'>> {
  const open = async (path: string, labels = data.labels): Promise<Dataset> => {
    const dataset = await openPart(path, task, { ...data, ...(labels && { labels }) });
    opened.push(dataset);
    return dataset;
  };
  const whole = await open(data.train);
  const held = async (part: RunSpec['data']['test']): Promise<Dataset | undefined> => {
    if (typeof part !== 'string') return undefined;
    // Masks know classes by number alone: what the numbers mean is said once, for all parts.
    const dataset = await open(part, whole.target.kind === 'masks' ? whole.target.names : data.labels);
    return isCompared(whole.target.kind, task) ? dataset : alignTarget(dataset, whole.target);
  };
  const files = { validation: await held(data.validation), test: await held(data.test) };
  const shares = Object.entries({ validation: data.validation, test: data.test }).filter(
    (entry): entry is [string, Share] => typeof entry[1] === 'number',
  );
  const parts = shares.length === 0 ? undefined : divide(whole, Object.fromEntries(shares), seed);
  return {
    train: parts?.['train'] ?? whole,
    validation: parts?.['validation'] ?? files.validation,
    test: parts?.['test'] ?? files.test,
    names: namesOf(whole, task),
    ...(data.unlabelled !== undefined && { unlabelled: await openUnlabelled(data.unlabelled, data.decode, opened) }),
  };
}

/** Whether held-out samples are compared with each other: their classes need not be those of training. */
function isCompared(target: Target['kind'], task: TaskName): boolean {
  return target === 'none' || (target === 'classes' && answersWithVectors(taskOf(task, target)));
}

/** One line for each held-out part that lacks a class: what is measured there says nothing about it. */
export function missingClasses({ validation, test }: Pick<RunData, 'validation' | 'test'>): string[] {
  return Object.entries({ validation, test }).flatMap(([part, dataset]) => {
    if (dataset?.target.kind !== 'classes') return [];
    const counts = countClasses(dataset, allIndices(dataset));
    const missing = dataset.target.names.filter((_, label) => counts[label] === 0);
    return missing.length === 0 ? [] : [`The ${part} data has no sample of ${missing.map((name) => `"${name}"`).join(', ')}.`];
  });
}

/** One line for each data source with files beside its images that are none, or none that can be read. */
export function ignoredFiles({ train, validation, test }: Pick<RunData, 'train' | 'validation' | 'test'>): string[] {
  const lines = [train, validation, test].flatMap((dataset) => {
    const [first, ...others] = dataset?.ignored ?? [];
    if (dataset === undefined || first === undefined) return [];
    const more = others.length === 0 ? '' : ` and ${others.length} more`;
    const why = dataset.target.kind === 'masks' ? 'for want of an image or a mask of the same name' : 'as not an image Regraft reads';
    return [`Left aside in ${dataset.name}, ${why}: ${first}${more}.`];
  });
  return [...new Set(lines)];
}

/** What was noticed while the data was read. */
export function remarksOf({ train, validation, test }: Pick<RunData, 'train' | 'validation' | 'test'>): string[] {
  return [...new Set([train, validation, test].flatMap((dataset) => dataset?.remarks?.() ?? []))];
}

/** @throws DATA_NO_LABELS where the task needs them */
export function namesOf({ name, target }: Dataset, task: TaskName): readonly string[] {
  if (target.kind !== 'none') return target.names;
  return taskOf(task).target === 'none' ? [] : fail('DATA_NO_LABELS', { data: name });
}

async function openPart(path: string, task: TaskName, { columns, format, labels, decode, group, masks }: RunSpec['data']): Promise<Dataset> {
  const { content } = taskOf(task);
  const target = targetsOf(task);
  const source = {
    path,
    content,
    ...(target.length === 1 && { target: target[0] as Target['kind'] }),
    columns: columns as Columns,
    ...(format && { format }),
    ...(labels && { classes: labels }),
    ...(masks && { masks }),
  };
  const dataset = await openDataset(source, { decode });
  return group === undefined ? dataset : groupById(dataset, regularExpression(group));
}

/** A folder of images. @param opened takes it, to be closed at the end */
async function openUnlabelled(path: string, decode: RunSpec['data']['decode'], opened: Dataset[]): Promise<Dataset> {
  const dataset = await openDataset({ path, unlabelled: true, content: 'image', format: 'image-folder', target: 'classes' }, { decode });
  opened.push(dataset);
  return dataset;
}

function divide(dataset: Dataset, shares: Readonly<Record<string, Share>>, seed: number): Record<string, Dataset> {
  const parts = { train: 'rest' as const, ...Object.fromEntries(Object.entries(shares).map(([name, share]) => [name, { share }])) };
  const indices = split<string>(dataset, { parts, seed });
  return Object.fromEntries(Object.entries(indices).map(([name, chosen]) => [name, subset(dataset, chosen)]));
}
