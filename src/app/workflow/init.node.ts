import { access, readdir, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fail } from '../../core/index.js';
import { allIndices, countClasses, type Dataset, formats, openDataset, writeFileAtomically } from '../../learning/data/index.node.js';
import { type TaskName, taskNames } from '../../learning/tasks/index.js';
import { type DataTask, taskOfData } from './init-task.js';
import { type DataParts, specText } from './init-text.js';

export interface InitRequest {
  /** Folder or file with labelled data. */
  readonly data: string;
  /** Where the spec is written. */
  readonly out: string;
  /** URI of the base model; default: one that fits the task. */
  readonly base?: string;
  /** Whether to replace a file that is there. */
  readonly force: boolean;
}

export interface InitResult {
  readonly spec: string;
  readonly task: TaskName;
  readonly samples: number;
  /** Number of samples of each class; empty for regression. */
  readonly classes: Readonly<Record<string, number>>;
}

/** Names of split folders, by split. */
const splitNames: Readonly<Record<keyof DataParts, readonly string[]>> = {
  train: ['train', 'training'],
  validation: ['validation', 'valid', 'val', 'dev'],
  test: ['test', 'testing'],
};

/**
 * Looks at labelled data and writes a spec to start from, with comments.
 * @throws INIT_EXISTS, INIT_NO_TASK, and what opening the data throws
 */
export async function init({ data, out, base, force }: InitRequest): Promise<InitResult> {
  if (!force && (await isThere(out))) fail('INIT_EXISTS', { file: out });
  const parts = await findParts(data);
  const dataset = await openDataset(parts.train);
  try {
    const task = knownTask(dataset, await taskOfData(dataset));
    const classes = countByName(dataset);
    const text = specText({ task, base, data: relativeTo(dirname(resolve(out)), parts), samples: dataset.size, classes });
    await writeFileAtomically(out, [new TextEncoder().encode(text)]);
    return { spec: out, task, samples: dataset.size, classes };
  } finally {
    await dataset.close();
  }
}

/** Whether a file may hold a split of its own, as train.csv beside test.csv. */
function isTable(name: string): boolean {
  return Object.values(formats).some(({ matches }) => matches(name, false));
}

function stemOf(name: string): string {
  return name.toLowerCase().replace(/\..*$/, '');
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** The split folders, or split files, of a folder that has a training one; otherwise all of it is training data. */
async function findParts(data: string): Promise<DataParts> {
  const status = await stat(data).catch((cause: unknown) => fail('DATA_NOT_FOUND', { path: data }, cause));
  const entries = status.isDirectory() ? await readdir(data, { withFileTypes: true }) : [];
  const found = entries.filter((entry) => entry.isDirectory() || isTable(entry.name));
  const find = (part: keyof DataParts): string | undefined => found.find(({ name }) => splitNames[part].includes(stemOf(name)))?.name;
  const [train, validation, test] = [find('train'), find('validation'), find('test')];
  if (train === undefined) return { train: data };
  return { train: join(data, train), ...(validation && { validation: join(data, validation) }), ...(test && { test: join(data, test) }) };
}

/** @throws INIT_NO_TASK */
function knownTask(dataset: Dataset, task: DataTask | undefined): TaskName {
  if (task !== undefined && isTask(task)) return task;
  return fail('INIT_NO_TASK', { data: dataset.name, content: dataset.kind, labels: LABELS[dataset.target.kind] });
}

function isTask(name: string): name is TaskName {
  return (taskNames as readonly string[]).includes(name);
}

const LABELS = {
  classes: 'classes',
  labels: 'several classes each',
  values: 'numbers as labels',
  tags: 'tags of words',
  masks: 'masks',
  answers: 'answers',
  none: 'no labels',
} as const;

function countByName(dataset: Dataset): Record<string, number> {
  if (dataset.target.kind !== 'classes') return {};
  const counts = countClasses(dataset, allIndices(dataset));
  return Object.fromEntries(dataset.target.names.map((name, index) => [name, counts[index] ?? 0]));
}

/** Paths as the spec writes them: from its own folder, with `/`. */
function relativeTo(folder: string, parts: DataParts): DataParts {
  const shorten = (path: string): string => {
    const text = relative(folder, resolve(path)).split(sep).join('/');
    return text === '' ? '.' : text.startsWith('.') ? text : `./${text}`;
  };
  return Object.fromEntries(Object.entries(parts).map(([part, path]: [string, string]) => [part, shorten(path)])) as unknown as DataParts;
}
