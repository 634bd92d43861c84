import type { Target } from '../../dataset.js';
import { listOf } from '../tables/cells.js';
import { type ColumnsFound, usualColumn } from '../tables/columns.js';
import { labelKind } from '../tables/label-kind.js';
import { CLASS_COLUMNS } from '../tables/row-labels.js';
import type { Table, TableRow } from '../tables/table.js';
import { isSpan } from './spans.js';

export const ANSWER_COLUMNS = ['answers'];
export const TAG_COLUMNS = ['ner_tags', 'tags', 'pos_tags', 'ner', 'upos', 'chunk_tags', 'labels'];
const SPAN_COLUMNS = ['entities', 'spans', 'ents', 'label', 'labels'];
/** Numbers by name; others that may be numbers are classes as often. */
const SCORE_COLUMNS = ['score', 'similarity', 'similarity_score', 'targets'];

/** What the labels of a table of texts are, by what a mapping names, or else by the names of the columns and what stands in them. */
export function textTarget(table: Table, columns: ColumnsFound, first: readonly TableRow[]): Target['kind'] {
  return givenTarget(columns) ?? foundTarget(table, columns, first);
}

function givenTarget(columns: ColumnsFound): Target['kind'] | undefined {
  if (columns.answers !== undefined) return 'answers';
  if (columns.tags !== undefined || columns.spans !== undefined) return 'tags';
  if (columns.labels !== undefined) return 'labels';
  return columns.targets === undefined ? undefined : 'values';
}

function foundTarget(table: Table, { label, words }: ColumnsFound, first: readonly TableRow[]): Target['kind'] {
  const cells = (column: string | undefined): unknown[] => (column === undefined ? [] : first.map((row) => row.cell(column)));
  if (label === undefined) {
    if (usualColumn(table, ANSWER_COLUMNS) && usualColumn(table, ['question']) && usualColumn(table, ['context'])) return 'answers';
    const hasWords = words !== undefined || usualColumn(table, ['tokens', 'words']) !== undefined;
    if (hasWords && usualColumn(table, TAG_COLUMNS)) return 'tags';
    if (spanColumn(table, first) !== undefined) return 'tags';
  }
  if (cells(label ?? usualColumn(table, CLASS_COLUMNS)).some(isSpanList)) return 'tags';
  return labelKind(table, label, SCORE_COLUMNS, first) ?? 'none';
}

/** The column of spans, by its name and by what stands in it. */
export function spanColumn(table: Table, first: readonly TableRow[]): string | undefined {
  return SPAN_COLUMNS.map((name) => usualColumn(table, [name])).find((name) => name !== undefined && first.some((row) => isSpanList(row.cell(name))));
}

function isSpanList(cell: unknown): boolean {
  const list = listOf(cell);
  return list !== undefined && list.length > 0 && list.every(isSpan);
}
