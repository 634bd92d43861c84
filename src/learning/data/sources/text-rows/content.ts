import { fail } from '../../../../core/index.js';
import type { TextContent } from '../../dataset.js';
import type { Span } from '../../text/encoding.js';
import { listOf } from '../tables/cells.js';
import { invalid, type Table, type TableRow, textOf } from '../tables/table.js';
import type { TextColumns } from './columns.js';
import type { Place } from './spans.js';
import { joinWords } from './words.js';

/** Reads the text of a row. @throws TEXT_EMPTY, DATA_ROW_INVALID */
export type ContentReader = (row: TableRow) => TextContent;

export function placeOfRow(table: Table, row: TableRow): Place {
  return { file: table.path, place: `${table.unit} ${row.line}` };
}

/** Something of a row, for messages. */
export function whatOfRow(table: Table, row: TableRow, what: string): string {
  return `"${table.path}", ${table.unit} ${row.line}: ${what}`;
}

/** @param divide how a text falls into words, where words are wanted */
export function contentReader(table: Table, { text, pair, negative, words }: TextColumns, divide?: (text: string) => Span[]): ContentReader {
  if (words !== undefined) return wordReader(table, words);
  const read = (row: TableRow, column: string): string => {
    const found = textOf(row.cell(column));
    if (found === undefined || found.trim() === '') return fail('TEXT_EMPTY', { what: whatOfRow(table, row, `the column "${column}"`) });
    return found;
  };
  return (row) => {
    const first = read(row, text as string);
    return {
      kind: 'text',
      text: first,
      ...(pair !== undefined && { pair: read(row, pair) }),
      ...(negative !== undefined && { negative: read(row, negative) }),
      ...(divide && { words: divide(first) }),
    };
  };
}

function wordReader(table: Table, column: string): ContentReader {
  return (row) => {
    const words = namesIn(table, row, column);
    if (words.length === 0) fail('TEXT_EMPTY', { what: whatOfRow(table, row, `the column "${column}"`) });
    const blank = words.findIndex((word) => word.trim() === '');
    if (blank >= 0) fail('TEXT_EMPTY', { what: whatOfRow(table, row, `word ${blank + 1} of "${column}"`) });
    const { text, spans } = joinWords(words);
    return { kind: 'text', text, words: spans };
  };
}

/** The words or tags of a cell: a list, or a text divided by blanks. @throws DATA_ROW_INVALID */
export function namesIn(table: Table, row: TableRow, column: string): string[] {
  const cell = row.cell(column);
  const list = listOf(cell) ?? textOf(cell)?.trim().split(/\s+/) ?? [];
  return list.map((name) => {
    if (typeof name === 'string' || typeof name === 'number') return String(name);
    return invalid(table, row, `the column "${column}" holds ${JSON.stringify(name)} in its list`);
  });
}

/** Words as blanks divide them. */
export function divideAtBlanks(text: string): Span[] {
  return Array.from(text.matchAll(/\S+/g), ({ 0: word, index }) => [index, index + word.length] as const);
}
