import { listOf } from './cells.js';
import { type ColumnsFound, usualColumn } from './columns.js';
import { CLASS_COLUMNS, MULTI_LABEL_COLUMNS, type RowTarget, separatorOf } from './row-labels.js';
import type { Table, TableRow } from './table.js';

type LabelKind = 'classes' | 'labels' | 'values';

/** Columns of numbers by name. */
const VALUE_COLUMNS = ['targets', 'score', 'value'];
/** Columns that hold numbers or the numbers of classes. */
const EITHER = ['target', 'rating'];

/** What the labels of a table of images are, by what a mapping names, or else by the names of the columns and what stands in them. */
export function imageTarget(table: Table, { labels, targets, label }: ColumnsFound, first: readonly TableRow[]): RowTarget {
  if (targets !== undefined) return 'values';
  if (labels !== undefined) return 'labels';
  return labelKind(table, label, VALUE_COLUMNS, first) ?? labelKind(table, usualColumn(table, EITHER), [], first) ?? 'classes';
}

/**
 * Whether rows have one class, several or numbers, by the names of the columns and what stands in them.
 * @param label the column that holds the label, where that is known
 * @param numbers names of columns that hold numbers, not the names of classes
 */
export function labelKind(table: Table, label: string | undefined, numbers: readonly string[], first: readonly TableRow[]): LabelKind | undefined {
  const cells = (column: string): unknown[] => first.map((row) => row.cell(column));
  const column = label ?? usualColumn(table, CLASS_COLUMNS);
  if (column !== undefined) return kindOf(cells(column));
  const several = usualColumn(table, MULTI_LABEL_COLUMNS);
  if (several !== undefined) return cells(several).some((cell) => isSeveral(cell)) ? 'labels' : 'classes';
  return usualColumn(table, numbers) === undefined ? undefined : 'values';
}

function kindOf(cells: readonly unknown[]): LabelKind {
  if (cells.some((cell) => listOf(cell) !== undefined)) return 'labels';
  return cells.some((cell) => isFraction(cell)) && cells.every((cell) => cell === undefined || isNumber(cell)) ? 'values' : 'classes';
}

/** Whether a cell can only be meant for any number of names. */
function isSeveral(cell: unknown): boolean {
  return (
    cell === undefined ||
    cell === null ||
    cell === '' ||
    listOf(cell) !== undefined ||
    (typeof cell === 'string' && cell.includes(separatorOf([cell])))
  );
}

function isNumber(cell: unknown): boolean {
  return (typeof cell === 'number' || (typeof cell === 'string' && cell.trim() !== '')) && Number.isFinite(Number(cell));
}

function isFraction(cell: unknown): boolean {
  return isNumber(cell) && !Number.isInteger(Number(cell));
}
