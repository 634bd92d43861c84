import { bytesOf, fail, isFloat, type Tensor, toNumbers } from '../../../core/index.js';
import type { Dataset, Label, Target } from '../dataset.js';
import { readRow, readRows, type StoredArray } from '../formats/stored-array.js';

/** The tensor that holds the labels; every other one is an input of the model. */
const LABELS = 'labels';
/** An optional tensor of whole numbers, one a row: rows of one group stay on one side of a split. */
const GROUPS = 'groups';

interface TensorFacts {
  readonly name: string;
  /** Named after the graph's inputs, plus `labels` and, if wanted, `groups`. */
  readonly arrays: ReadonlyMap<string, StoredArray>;
  /** Class names by label number; by default the numbers themselves. */
  readonly classes?: readonly string[] | undefined;
  readonly close: () => Promise<void>;
}

interface Labels {
  readonly target: Target;
  readonly of: (index: number) => Label;
}

/**
 * Samples that are rows of tensors. Labels of an integer type ([N] or [N, 1]) are classes, of a floating-point type ([N] or [N, K])
 * regression targets; without labels there are none. Labels and groups are held in memory, the inputs are read row by row.
 * @throws DATA_EMPTY, DATA_ROWS_MISMATCH, DATA_LABELS_SHAPE, DATA_LABEL_INVALID
 */
export async function tensorDataset({ name, arrays, classes, close }: TensorFacts): Promise<Dataset> {
  const inputs = [...arrays].filter(([key]) => key !== LABELS && key !== GROUPS);
  const size = checkRows(name, arrays, inputs[0]?.[1].dims[0]);
  const labels = await readLabels(name, arrays.get(LABELS), classes);
  const groups = arrays.get(GROUPS) && toNumbers(await readRows(arrays.get(GROUPS) as StoredArray, 0, size));
  const row = async (index: number): Promise<[string, Tensor][]> =>
    Promise.all(inputs.map(async ([key, array]) => [key, await readRow(array, index)] as [string, Tensor]));
  return {
    name,
    kind: 'tensors',
    size,
    target: labels.target,
    sample: (index) => ({
      id: String(index),
      label: labels.of(index),
      ...(groups && { group: String(groups[index]) }),
      location: `${name}, row ${index}`,
    }),
    load: async (index) => ({ kind: 'tensors', tensors: Object.fromEntries(await row(index)) }),
    bytes: async (index) => joinBytes((await row(index)).map(([, tensor]) => bytesOf(tensor))),
    close,
  };
}

function checkRows(file: string, arrays: ReadonlyMap<string, StoredArray>, rows: number | undefined): number {
  if (rows === undefined || rows === 0) return fail('DATA_EMPTY', { path: file });
  for (const [tensor, { dims }] of arrays) {
    if (dims[0] !== rows) fail('DATA_ROWS_MISMATCH', { file, tensor, rows: dims[0] ?? 0, expected: rows });
  }
  return rows;
}

async function readLabels(file: string, array: StoredArray | undefined, classes: readonly string[] | undefined): Promise<Labels> {
  if (array === undefined) return { target: { kind: 'none' }, of: () => undefined };
  const width = array.dims[1] ?? 1;
  if (array.dims.length > 2 || (!isFloat(array.type) && width !== 1)) {
    fail('DATA_LABELS_SHAPE', { file, type: array.type, dims: array.dims.join('×') });
  }
  const values = toNumbers(await readRows(array, 0, array.dims[0] as number));
  if (!isFloat(array.type)) return classLabels(file, values, classes);
  const names = Array.from({ length: width }, (_, i) => (width === 1 ? 'target' : `target ${i}`));
  return { target: { kind: 'values', names }, of: (index) => values.slice(index * width, (index + 1) * width) };
}

function classLabels(file: string, values: readonly number[], classes: readonly string[] | undefined): Labels {
  const limit = classes?.length ?? 2 ** 24;
  const wrong = values.findIndex((value) => !(Number.isInteger(value) && value >= 0 && value < limit));
  if (wrong >= 0) fail('DATA_LABEL_INVALID', { file, row: wrong, value: values[wrong] as number });
  const names = classes ?? numberNames(values.reduce((most, value) => Math.max(most, value), 0) + 1);
  return { target: { kind: 'classes', names }, of: (index) => values[index] };
}

function numberNames(count: number): string[] {
  return Array.from({ length: count }, (_, i) => String(i));
}

function joinBytes(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(parts.reduce((total, part) => total + part.byteLength, 0));
  let offset = 0;
  for (const part of parts) {
    result.set(part, offset);
    offset += part.byteLength;
  }
  return result;
}
