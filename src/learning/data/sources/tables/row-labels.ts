import { listOf } from './cells.js';
import { type ColumnsFound, findColumn, missingColumn, requireColumn, requireExisting, usualColumn } from './columns.js';
import { classList, type LabelList, multiLabelList, noLabels, valueList } from './labels.js';
import { invalid, numbersOf, requireText, type Table, type TableRow, textOf } from './table.js';

/** Where a class name stands, in the order in which columns are tried. */
export const CLASS_COLUMNS = ['label', 'class', 'category', 'intent', 'sentiment', 'emotion', 'topic', 'label_text'];
export const MULTI_LABEL_COLUMNS = ['labels', 'classes', 'categories', 'label'];
const VALUE_COLUMNS = ['targets', 'target', 'score', 'similarity', 'similarity_score', 'rating', 'value', 'label'];

/** How labels are read that do not depend on what the sample is. */
export interface RowLabels<T = unknown> {
  readonly list: LabelList<T>;
  /** @throws DATA_ROW_INVALID */
  readonly read: (row: TableRow) => T;
}

export type RowTarget = 'classes' | 'labels' | 'values' | 'none';

/** What names stand for class numbers. */
type ClassNames = readonly string[] | undefined;

/**
 * The labels of the rows of a table.
 * @param first some rows of it, to tell how a column is written
 * @param classes names that stand for the numbers a column holds
 * @throws DATA_COLUMN_MISSING, DATA_COLUMN_TWICE, DATA_COLUMN_REQUIRED
 */
export function rowLabels(table: Table, target: RowTarget, columns: ColumnsFound, first: readonly TableRow[], classes: ClassNames): RowLabels {
  switch (target) {
    case 'classes':
      return classLabels(table, requireColumn(table, 'label', [...CLASS_COLUMNS, 'labels', 'target'], columns.label), classes);
    case 'labels':
      return multiLabels(table, columns, first, classes);
    case 'values':
      return valueLabels(table, columns.targets ?? [valueColumn(table, columns)], first);
    case 'none':
      return { list: noLabels(), read: () => undefined };
  }
}

/** The name of a class, where a column holds its number. */
export function className(name: string, classes: ClassNames): string {
  if (classes === undefined || classes.includes(name) || !/^\d+$/.test(name)) return name;
  return classes[Number(name)] ?? name;
}

function classLabels(table: Table, column: string, classes: ClassNames): RowLabels<string> {
  const read = (row: TableRow): string => {
    const cell = row.cell(column);
    if (typeof cell === 'object' && cell !== null)
      invalid(table, row, `the column "${column}" holds ${JSON.stringify(cell)}, which is not one class`);
    return className(requireText(table, row, column), classes);
  };
  return { list: classList(), read };
}

function valueColumn(table: Table, columns: ColumnsFound): string {
  return findColumn(table, VALUE_COLUMNS, columns.label) ?? missingColumn(table, 'target');
}

/** Several columns of one number each, or one column of an array of numbers. */
function valueLabels(table: Table, columns: readonly string[], first: readonly TableRow[]): RowLabels<readonly number[]> {
  for (const name of columns) requireExisting(table, name);
  const numbers = (row: TableRow): number[] => columns.flatMap((name) => numbersOf(table, row, name));
  const width = numbers(first[0] as TableRow).length;
  const read = (row: TableRow): number[] => {
    const found = numbers(row);
    if (found.length !== width) invalid(table, row, `it has ${found.length} targets, the rows before ${width}`);
    return found;
  };
  const names = width === columns.length ? columns : Array.from({ length: width }, (_, i) => `${columns.join(' ')} ${i}`);
  return { list: valueList(names), read };
}

function multiLabels(table: Table, { labels }: ColumnsFound, first: readonly TableRow[], classes: ClassNames): RowLabels<readonly string[]> {
  if (typeof labels === 'object') return columnPerLabel(table, labels);
  const column = labels ?? usualColumn(table, MULTI_LABEL_COLUMNS) ?? missingColumn(table, 'labels');
  requireExisting(table, column);
  const separator = separatorOf(first.map((row) => row.cell(column)));
  const read = (row: TableRow): string[] => {
    const cell = row.cell(column);
    const names = listOf(cell) ?? (textOf(cell)?.split(separator) ?? []).map((name) => name.trim());
    return names.map((name) => className(textOf(name) ?? invalid(table, row, `the column "${column}" holds an empty name`), classes));
  };
  return { list: multiLabelList(), read };
}

/** What divides the names of a cell: the first of these that is in use. */
export function separatorOf(cells: readonly unknown[]): string {
  return ['|', ';', ','].find((one) => cells.some((cell) => typeof cell === 'string' && cell.includes(one))) ?? ',';
}

function columnPerLabel(table: Table, columns: readonly string[]): RowLabels<readonly string[]> {
  for (const name of columns) requireExisting(table, name);
  const holds = (row: TableRow, name: string): boolean => {
    const [number] = numbersOf(table, row, name);
    return number === 1 || (number !== 0 && invalid(table, row, `the column "${name}" holds ${number}, which is neither 0 nor 1`));
  };
  return { list: multiLabelList(columns), read: (row) => columns.filter((name) => holds(row, name)) };
}
