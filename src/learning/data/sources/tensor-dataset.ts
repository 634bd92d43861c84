import { bytesOf, fail, isFloat, joinBytes, readRow, readRows, type StoredArray, type Tensor, toNumbers } from '../../../core/index.js';
import type { Content, Dataset, Label, Target } from '../dataset.js';

/** The tensor that holds the labels; every other one is an input of the model. */
const LABELS = 'labels';
/** An optional tensor of whole numbers, one a row: rows of one group stay on one side of a split. */
const GROUPS = 'groups';
/** A larger class number is damage, or a regression target stored as an integer. */
const MAX_CLASSES = 2 ** 17;

export interface Labels {
  readonly target: Target;
  readonly of: (index: number) => Label;
}

interface RowFacts {
  readonly name: string;
  /** By input name, [N, …] each. */
  readonly inputs: ReadonlyMap<string, StoredArray>;
  readonly labels: Labels;
  readonly groupOf?: ((index: number) => string | undefined) | undefined;
  readonly close: () => Promise<void>;
}

interface FileFacts {
  readonly name: string;
  /** Named after the graph's inputs, plus `labels` and, if wanted, `groups`. */
  readonly arrays: ReadonlyMap<string, StoredArray>;
  /** Class names by label number; by default the numbers themselves. */
  readonly classes?: readonly string[] | undefined;
  readonly close: () => Promise<void>;
}

/**
 * The arrays of a file as samples. Labels of an integer type ([N] or [N, 1]) are classes, of a floating-point type ([N] or [N, K])
 * regression targets; without labels there are none. Labels and groups are held in memory, the inputs are read row by row.
 * @throws DATA_EMPTY, DATA_ROWS_MISMATCH, DATA_LABELS_SHAPE, DATA_LABEL_INVALID, DATA_NOT_A_NUMBER in labels
 */
export async function tensorDataset({ name, arrays, classes, close }: FileFacts): Promise<Dataset> {
  const inputs = new Map([...arrays].filter(([key]) => key !== LABELS && key !== GROUPS));
  checkRows(name, arrays);
  const labels = await readLabels(name, arrays.get(LABELS), classes);
  const groupArray = arrays.get(GROUPS);
  const groups = groupArray && toNumbers(await readRows(groupArray, 0, groupArray.dims[0] as number));
  return rowDataset({ name, inputs, labels, close, groupOf: groups && ((index) => String(groups[index])) });
}

/** Samples that are rows of arrays, with labels that are already known. @throws DATA_EMPTY, DATA_ROWS_MISMATCH */
export function rowDataset({ name, inputs, labels, groupOf, close }: RowFacts): Dataset {
  const size = checkRows(name, inputs);
  const load = async (index: number): Promise<Content> => {
    const tensors = Object.fromEntries(await row(index));
    for (const [tensor, { data }] of Object.entries(tensors)) checkNumbers(data, { row: index, file: name, tensor });
    return { kind: 'tensors', tensors };
  };
  const row = (index: number): Promise<(readonly [string, Tensor])[]> =>
    Promise.all([...inputs].map(async ([key, array]) => [key, await readRow(array, index)] as const));
  return {
    name,
    kind: 'tensors',
    size,
    target: labels.target,
    sample: (index) => {
      const group = groupOf?.(index);
      return { id: String(index), label: labels.of(index), ...(group !== undefined && { group }), location: `${name}, row ${index}` };
    },
    load,
    bytes: async (index) => joinBytes((await row(index)).map(([, tensor]) => bytesOf(tensor))),
    close,
  };
}

function checkNumbers(data: ArrayLike<unknown>, at: { readonly row: number; readonly file: string; readonly tensor: string }): void {
  for (let i = 0; i < data.length; i++) if (Number.isNaN(data[i])) fail('DATA_NOT_A_NUMBER', at);
}

/** @returns the number of rows all arrays have */
function checkRows(file: string, arrays: ReadonlyMap<string, StoredArray>): number {
  const inputs = [...arrays].filter(([key]) => key !== LABELS && key !== GROUPS);
  const rows = inputs[0]?.[1].dims[0];
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
  for (let row = 0; row < values.length / width; row++) checkNumbers(values.slice(row * width, (row + 1) * width), { row, file, tensor: LABELS });
  const names = Array.from({ length: width }, (_, i) => (width === 1 ? 'target' : `target ${i}`));
  return { target: { kind: 'values', names }, of: (index) => values.slice(index * width, (index + 1) * width) };
}

/** Class numbers as labels; without names, the classes are named by their numbers. @throws DATA_LABEL_INVALID */
export function classLabels(file: string, values: ArrayLike<number>, classes: readonly string[] | undefined): Labels {
  const limit = classes?.length ?? MAX_CLASSES;
  let most = 0;
  for (let row = 0; row < values.length; row++) {
    const value = values[row] as number;
    if (!(Number.isInteger(value) && value >= 0 && value < limit)) fail('DATA_LABEL_INVALID', { file, row, value });
    most = Math.max(most, value);
  }
  const names = classes ?? Array.from({ length: most + 1 }, (_, i) => String(i));
  return { target: { kind: 'classes', names }, of: (index) => values[index] };
}
