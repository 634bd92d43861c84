import { fail, type RegraftError } from '../../../../core/index.js';
import type { Answer, Target, TextContent } from '../../dataset.js';
import { isUnreadable } from '../../skips.js';
import { segmentWords } from '../../text/words.js';
import { listOf } from '../tables/cells.js';
import { type ColumnsFound, findColumn, missingColumn, requireExisting, usualColumn } from '../tables/columns.js';
import { answerList, type LabelList, tagList } from '../tables/labels.js';
import type { OpenTable } from '../tables/open-table.js';
import { className, rowLabels } from '../tables/row-labels.js';
import { invalid, type TableRow } from '../tables/table.js';
import { parseAnswers, placedAnswers } from './answers.js';
import { textColumns } from './columns.js';
import { type ContentReader, contentReader, divideAtBlanks, namesIn, placeOfRow, whatOfRow } from './content.js';
import { parseSpan, tagsOfLabel, tagsOfSpans } from './spans.js';
import { ANSWER_COLUMNS, spanColumn, TAG_COLUMNS } from './target.js';

/** What a row says: its text, or why there is none to be used. */
interface ReadRow {
  readonly content: TextContent | RegraftError;
  readonly label: unknown;
}

/** How the rows of a table of texts are read. */
export interface TextReader {
  readonly list: LabelList<unknown>;
  /** @throws DATA_ROW_INVALID */
  read(row: TableRow): ReadRow;
}

/** Reads a label that depends on the text it is of. */
type LabelOf<T> = (row: TableRow, content: TextContent) => T;
type ClassNames = readonly string[] | undefined;

/** @throws DATA_COLUMN_MISSING, DATA_COLUMN_TWICE, DATA_COLUMN_REQUIRED */
export function textReader(open: OpenTable, target: Target['kind'], classes: ClassNames): TextReader {
  if (target === 'tags') return tagReader(open, classes);
  const { table, columns } = open;
  const content = contentReader(table, textColumns(table, columns, target));
  if (target === 'answers') return dependent(content, answerList(), answersOf(open));
  const { list, read } = rowLabels(table, target === 'masks' ? 'none' : target, columns, open.first, classes);
  return { list, read: (row) => ({ content: attempt(() => content(row)), label: read(row) }) };
}

/** Texts alone, divided into words where a task needs them. */
export function unlabelledReader({ table, columns, first }: OpenTable, target: Target['kind'] | undefined): TextReader {
  const { list } = rowLabels(table, 'none', columns, first, undefined);
  const divide = target === 'tags' ? dividerOf(table, columns) : undefined;
  const content = contentReader(table, textColumns(table, columns, target), divide);
  return { list, read: (row) => ({ content: attempt(() => content(row)), label: undefined }) };
}

/** A text that comes with tags is divided as they are; any other as Unicode divides it. */
function dividerOf(table: OpenTable['table'], { tags }: ColumnsFound) {
  const isTagged = tags === undefined ? usualColumn(table, TAG_COLUMNS) !== undefined : table.columns.includes(String(tags));
  return isTagged ? divideAtBlanks : segmentWords;
}

function dependent<T>(content: ContentReader, list: LabelList<T>, labelOf: LabelOf<T>): TextReader {
  const read = (row: TableRow): ReadRow => {
    let label: T | undefined;
    const read = attempt(() => {
      const found = content(row);
      label = labelOf(row, found);
      return found;
    });
    return { content: read, label };
  };
  return { list: list as LabelList<unknown>, read };
}

/** What comes out, or what is wrong with this one sample. */
function attempt(read: () => TextContent): TextContent | RegraftError {
  try {
    return read();
  } catch (error) {
    if (isUnreadable(error)) return error;
    throw error;
  }
}

function tagColumn(table: OpenTable['table'], { tags }: ColumnsFound): string | undefined {
  return tags === undefined ? usualColumn(table, TAG_COLUMNS) : requireExisting(table, String(tags));
}

function tagReader({ table, columns, first }: OpenTable, classes: ClassNames): TextReader {
  const spans = columns.tags === undefined ? spansOf(table, columns, first) : undefined;
  if (spans !== undefined) return spanReader(table, columns, spans);
  const tags = tagColumn(table, columns) ?? missingColumn(table, 'tags');
  const content = contentReader(table, textColumns(table, columns, 'tags'), divideAtBlanks);
  return dependent(content, tagList(), (row, { words = [] }) => {
    const found = namesIn(table, row, tags).map((name) => className(name, classes));
    if (found.length !== words.length) fail('TEXT_TAGS', { what: whatOfRow(table, row, 'the text'), tags: found.length, words: words.length });
    return found;
  });
}

function spansOf(table: OpenTable['table'], { spans, words }: ColumnsFound, first: readonly TableRow[]): string | undefined {
  if (spans !== undefined) return requireExisting(table, spans);
  return words === undefined ? spanColumn(table, first) : undefined;
}

function spanReader(table: OpenTable['table'], { words: _, ...columns }: ColumnsFound, column: string): TextReader {
  const list = tagList(['O']);
  const content = contentReader(table, textColumns(table, { ...columns, spans: column }, 'tags'), segmentWords);
  const reader = dependent(content, list, (row, { text, words = [] }) => {
    const cell = row.cell(column);
    const spans = (cell === undefined || cell === null || cell === '' ? [] : listOf(cell))?.map(parseSpan);
    if (!spans?.every((span) => span !== undefined)) return invalid(table, row, `the column "${column}" holds no list of { start, end, label }`);
    for (const { label } of spans) for (const tag of tagsOfLabel(label)) list.declare(tag);
    return tagsOfSpans(text, words, spans, placeOfRow(table, row));
  });
  return reader;
}

function answersOf({ table, columns }: OpenTable): LabelOf<readonly Answer[]> {
  const column = findColumn(table, ANSWER_COLUMNS, columns.answers) ?? missingColumn(table, 'answers');
  return (row, { pair = '' }) => {
    const answers = parseAnswers(row.cell(column)) ?? invalid(table, row, `the column "${column}" holds no answers of { text, answer_start }`);
    return placedAnswers(pair, answers, placeOfRow(table, row));
  };
}
