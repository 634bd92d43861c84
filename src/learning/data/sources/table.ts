import * as z from 'zod';
import { fail, float32, memoryBytes, type StoredArray } from '../../../core/index.js';
import { indexLabels } from '../classes.js';
import type { Dataset } from '../dataset.js';
import type { ImageDecoder } from '../decode.js';
import type { Files } from '../files.js';
import { imageDataset } from './image-dataset.js';
import { type Labels, rowDataset } from './tensor-dataset.js';

const column = z.string().min(1);

/** Which column of a table is what. What is left out is looked for under its usual names. */
export const columnsSchema = z.strictObject({
  /** Path of the image, relative to the table's folder. */
  image: column.optional(),
  /** The same as `image`. */
  file: column.optional(),
  /** Name of the sample, from which its random changes follow; default: the path of its image. */
  id: column.optional(),
  /** Class name. */
  label: column.optional(),
  /** Regression targets, one number each; in place of `label`. */
  targets: z.union([column.transform((name) => [name]), z.array(column).min(1)]).optional(),
  /** Rows with the same value stay on one side of a split. */
  group: column.optional(),
  /** Numeric columns that form one input tensor each, by input name; in place of `image`. */
  inputs: z.record(z.string(), z.array(column).min(1)).optional(),
});
export type Columns = z.input<typeof columnsSchema>;

const USUAL_NAMES = {
  image: ['image', 'file', 'file_name', 'filename', 'path', 'image_path'],
  label: ['label', 'class', 'category'],
  id: ['id'],
  group: ['group'],
} as const;

/** A table as text: rows of named cells. */
export interface Table {
  readonly path: string;
  readonly columns: readonly string[];
  readonly rows: readonly TableRow[];
}

export interface TableRow {
  /** Line of the file, from 1. */
  readonly line: number;
  /** The cell of a column; undefined or empty when there is none. */
  cell(column: string): unknown;
}

interface TableOptions {
  readonly columns?: Columns | undefined;
  /** Whether to leave the labels out. */
  readonly unlabelled?: boolean | undefined;
}

/**
 * A data set whose samples are the rows of a table: images by path or numeric inputs, with class names or regression targets.
 * @throws DATA_EMPTY, DATA_COLUMN_MISSING, DATA_COLUMN_TWICE, DATA_COLUMN_REQUIRED, DATA_ROW_INVALID
 */
export function tableDataset(table: Table, files: Files, decoder: ImageDecoder, { columns: given = {}, unlabelled = false }: TableOptions): Dataset {
  if (table.rows.length === 0) fail('DATA_EMPTY', { path: table.path });
  const columns = columnsSchema.parse(given);
  const labels = unlabelled
    ? noLabels
    : columns.targets
      ? valueLabels(table, columns.targets)
      : nameLabels(table, requireColumn(table, 'label', columns.label));
  const groups = textColumn(table, findColumn(table, 'group', columns.group));
  if (columns.inputs) return numericDataset(table, columns.inputs, labels, groups);
  const imageColumn = requireColumn(table, 'image', columns.image ?? columns.file);
  const ids = textColumn(table, findColumn(table, 'id', columns.id));
  return rowsOfImages({ table, imageColumn, ids, labels, groups }, files, decoder);
}

const noLabels: Labels = { target: { kind: 'none' }, of: () => undefined };

interface ImageRows {
  readonly table: Table;
  readonly imageColumn: string;
  readonly ids: Cells;
  readonly labels: Labels;
  readonly groups: Cells;
}

function rowsOfImages({ table, imageColumn, ids: named, labels, groups }: ImageRows, files: Files, decoder: ImageDecoder): Dataset {
  const images = table.rows.map((row) => requireText(table, row, imageColumn));
  const ids = uniqueIds(images.map((image, index) => named?.[index] ?? image));
  const pathOf = (index: number): string => files.resolveFrom(table.path, images[index] as string);
  return imageDataset({
    name: table.path,
    files,
    decoder,
    size: images.length,
    target: labels.target,
    pathOf,
    sample: (index) => {
      const group = groups?.[index];
      return { id: ids[index] as string, label: labels.of(index), ...(group !== undefined && { group }), location: pathOf(index) };
    },
  });
}

function numericDataset(table: Table, inputs: Readonly<Record<string, readonly string[]>>, labels: Labels, groups: Cells): Dataset {
  const arrays = new Map<string, StoredArray>();
  for (const [name, columns] of Object.entries(inputs)) {
    const dims = [table.rows.length, columns.length];
    const values = float32(dims, numberColumns(table, columns).flat());
    arrays.set(name, { type: 'float32', dims, source: memoryBytes(new Uint8Array(values.data.buffer as ArrayBuffer)), offset: 0 });
  }
  return rowDataset({ name: table.path, inputs: arrays, labels, groupOf: groups && ((index) => groups[index]), close: async () => {} });
}

type Cells = readonly (string | undefined)[] | undefined;

function textColumn(table: Table, name: string | undefined): Cells {
  return name === undefined ? undefined : table.rows.map((row) => textOf(row.cell(name)));
}

function nameLabels(table: Table, name: string): Labels {
  const { names, indices } = indexLabels(table.rows.map((row) => requireText(table, row, name)));
  return { target: { kind: 'classes', names }, of: (index) => indices[index] };
}

/** Several columns of one number each, or one column of an array of numbers. */
function valueLabels(table: Table, columns: readonly string[]): Labels {
  const rows = numberColumns(table, columns);
  const width = (rows[0] as number[]).length;
  const uneven = rows.findIndex((row) => row.length !== width);
  if (uneven >= 0) invalid(table, table.rows[uneven] as TableRow, `it has ${rows[uneven]?.length} targets, the rows before ${width}`);
  const names = width === columns.length ? columns : Array.from({ length: width }, (_, i) => `${columns.join(' ')} ${i}`);
  return { target: { kind: 'values', names }, of: (index) => rows[index] };
}

function numberColumns(table: Table, columns: readonly string[]): number[][] {
  for (const name of columns) requireExisting(table, name);
  return table.rows.map((row) => columns.flatMap((name) => toNumbers(table, row, name)));
}

function toNumbers(table: Table, row: TableRow, name: string): number[] {
  const cell = row.cell(name);
  return (Array.isArray(cell) ? cell : [cell]).map((value: unknown) => {
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    if (typeof number === 'number' && Number.isFinite(number)) return number;
    return invalid(table, row, `the column "${name}" holds ${JSON.stringify(value)}, which is not a number`);
  });
}

function requireText(table: Table, row: TableRow, name: string): string {
  return textOf(row.cell(name)) ?? invalid(table, row, `the column "${name}" is empty`);
}

function textOf(cell: unknown): string | undefined {
  if (typeof cell === 'number' || typeof cell === 'boolean') return String(cell);
  return typeof cell === 'string' && cell !== '' ? cell : undefined;
}

function requireColumn(table: Table, role: 'image' | 'label', given: string | undefined): string {
  const available = table.columns.join(', ');
  return findColumn(table, role, given) ?? fail('DATA_COLUMN_REQUIRED', { file: table.path, role, available });
}

function findColumn(table: Table, role: keyof typeof USUAL_NAMES, given: string | undefined): string | undefined {
  if (given !== undefined) return requireExisting(table, given);
  const usual = USUAL_NAMES[role].map((name) => table.columns.find((found) => found.toLowerCase() === name)).find((found) => found !== undefined);
  return usual && requireExisting(table, usual);
}

function requireExisting(table: Table, name: string): string {
  const found = table.columns.filter((column) => column === name);
  if (found.length > 1) fail('DATA_COLUMN_TWICE', { file: table.path, column: name });
  if (found.length === 1) return name;
  return fail('DATA_COLUMN_MISSING', { file: table.path, column: name, available: table.columns.join(', ') });
}

/** The names themselves; the second and later rows of one name get a number. */
function uniqueIds(names: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return names.map((name) => {
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? name : `${name}#${count}`;
  });
}

function invalid(table: Table, { line }: TableRow, reason: string): never {
  fail('DATA_ROW_INVALID', { file: table.path, line, reason });
}
