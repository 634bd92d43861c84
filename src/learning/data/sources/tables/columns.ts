import * as z from 'zod';
import { didYouMean, fail } from '../../../../core/index.js';
import type { Table } from './table.js';

const column = z.string().min(1);
/** Of files without a header: its number, from 0. */
const columnOrNumber = z.union([column, z.number().int().min(0)]);

/** Which column of a table is what. What is left out is looked for under its usual names. */
export const columnsSchema = z.strictObject({
  /** Path of the image, relative to the table's folder. */
  image: column.optional(),
  /** The same as `image`. */
  file: column.optional(),
  /** Path of the mask of the image, relative to the table's folder. */
  mask: column.optional(),
  /** Name of the sample, from which its random changes follow; default: the path of its image, or the number of the row. */
  id: column.optional(),
  /** Class name. */
  label: column.optional(),
  /** Several classes a sample: a list, one cell of names divided by `|`, `;` or `,`, or a column of 0 and 1 for each class. */
  labels: z.union([column, z.array(column).min(1)]).optional(),
  /** Regression targets, one number each; in place of `label`. */
  targets: z.union([column.transform((name) => [name]), z.array(column).min(1)]).optional(),
  /** Rows with the same value stay on one side of a split. */
  group: column.optional(),
  /** Numeric columns that form one input tensor each, by input name; in place of `image`. */
  inputs: z.record(z.string(), z.array(column).min(1)).optional(),
  /** A text, or the first of two. */
  text: column.optional(),
  /** The second text. */
  pair: column.optional(),
  /** A text unlike the first. */
  negative: column.optional(),
  /** The same as `text` and `pair`, for questions about a context. */
  question: column.optional(),
  context: column.optional(),
  /** The same as `text` and `pair`, for texts that go on. */
  prompt: column.optional(),
  completion: column.optional(),
  /** The same as `text` and `pair`, for texts that mean the same. */
  anchor: column.optional(),
  positive: column.optional(),
  /** The words of a text: a list, or one cell of words divided by blanks; in place of `text`. */
  words: columnOrNumber.optional(),
  /** One tag a word. */
  tags: columnOrNumber.optional(),
  /** Parts of the text with a name each: `{ start, end, label }` or `[start, end, label]`, counted in Unicode code points; in place of `tags`. */
  spans: column.optional(),
  /** Answers as SQuAD has them: `{ text: […], answer_start: […] }` or a list of `{ text, answer_start }`, counted in Unicode code points. */
  answers: column.optional(),
});
export type Columns = z.input<typeof columnsSchema>;
export type ColumnsFound = z.output<typeof columnsSchema>;

/** A column by its usual names, whatever their case; the first of the list that the table has. @throws DATA_COLUMN_TWICE */
export function usualColumn(table: Table, names: readonly string[]): string | undefined {
  const usual = names.map((name) => table.columns.find((found) => found.toLowerCase() === name)).find((found) => found !== undefined);
  return usual && requireExisting(table, usual);
}

/** The column that is given, or else one with a usual name. @throws DATA_COLUMN_MISSING, DATA_COLUMN_TWICE */
export function findColumn(table: Table, names: readonly string[], given: string | undefined): string | undefined {
  return given === undefined ? usualColumn(table, names) : requireExisting(table, given);
}

/** @throws DATA_COLUMN_MISSING, DATA_COLUMN_TWICE, DATA_COLUMN_REQUIRED */
export function requireColumn(table: Table, role: string, names: readonly string[], given: string | undefined): string {
  return findColumn(table, names, given) ?? missingColumn(table, role);
}

/** @throws DATA_COLUMN_REQUIRED */
export function missingColumn(table: Table, role: string): never {
  fail('DATA_COLUMN_REQUIRED', { file: table.path, role, available: table.columns.join(', ') });
}

/** @throws DATA_COLUMN_MISSING, DATA_COLUMN_TWICE */
export function requireExisting(table: Table, name: string): string {
  const found = table.columns.filter((column) => column === name);
  if (found.length > 1) fail('DATA_COLUMN_TWICE', { file: table.path, column: name });
  if (found.length === 1) return name;
  return fail('DATA_COLUMN_MISSING', { file: table.path, column: name, hint: didYouMean(name, table.columns), available: table.columns.join(', ') });
}

/** The names themselves; the second and later rows of one name get a number. */
export function uniqueIds(names: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return names.map((name) => {
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? name : `${name}#${count}`;
  });
}
