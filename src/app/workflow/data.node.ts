import { fail } from '../../core/index.js';
import { alignTarget, type Columns, type Dataset, groupById, split, subset } from '../../learning/data/index.js';
import { openDataset } from '../../learning/data/index.node.js';
import type { RunSpec } from '../spec/index.js';

/** The data of a run, divided. */
export interface RunData {
  readonly train: Dataset;
  readonly validation: Dataset | undefined;
  readonly test: Dataset | undefined;
  /** Class names or names of the target values, in the order of the outputs. */
  readonly names: readonly string[];
  close(): Promise<void>;
}

type Share = number;

/**
 * Opens the data a spec names and divides it as the spec says: stratified, seeded, groups kept whole.
 * @throws DATA_ errors naming the file; DATA_LABEL_UNKNOWN where a held-out file has a class that training lacks
 */
export async function openRunData({ data, seed }: Pick<RunSpec, 'data' | 'seed'>): Promise<RunData> {
  const open = (path: string): Promise<Dataset> => openPart(path, data);
  const whole = await open(data.train);
  const opened = [whole];
  const held = async (part: RunSpec['data']['test']): Promise<Dataset | undefined> => {
    if (typeof part !== 'string') return undefined;
    const dataset = await open(part);
    opened.push(dataset);
    return whole.target.kind === 'none' ? dataset : alignTarget(dataset, whole.target);
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
    names: whole.target.kind === 'none' ? fail('DATA_NO_LABELS', { data: whole.name }) : whole.target.names,
    close: async () => {
      await Promise.all(opened.map((dataset) => dataset.close()));
    },
  };
}

async function openPart(path: string, { columns, format, labels, decode, group }: RunSpec['data']): Promise<Dataset> {
  const source = { path, columns: columns as Columns, ...(format && { format }), ...(labels && { classes: labels }) };
  const dataset = await openDataset(source, { decode });
  return group === undefined ? dataset : groupById(dataset, new RegExp(group));
}

function divide(dataset: Dataset, shares: Readonly<Record<string, Share>>, seed: number): Record<string, Dataset> {
  const parts = { train: 'rest' as const, ...Object.fromEntries(Object.entries(shares).map(([name, share]) => [name, { share }])) };
  const indices = split<string>(dataset, { parts, seed });
  return Object.fromEntries(Object.entries(indices).map(([name, chosen]) => [name, subset(dataset, chosen)]));
}
