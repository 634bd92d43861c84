import { fail } from '../../../core/index.js';
import type { Dataset } from '../dataset.js';
import { openMaybeGzipped } from '../formats/inflate.js';
import { ConllLayout, paragraphEnd } from './conll-layout.js';
import { type TableOptions, tableDataset } from './tables/dataset.js';
import { recordTable } from './tables/record-table.js';
import { type FileRecord, recordText } from './tables/records.js';
import { closingOnFailure, type Table, type TableRow } from './tables/table.js';

/**
 * Tagged words, one a line, with an empty line behind each sentence: CoNLL-2003 and its relatives, and CoNLL-U. `columns` names the words
 * and the tags by name or by number from 0; by default they are the first and the last, in CoNLL-U FORM and UPOS.
 * @throws DATA_NOT_FOUND, DATA_UNREADABLE, DATA_EMPTY, DATA_ROW_INVALID, DATA_COLUMN_MISSING
 */
export async function openConll(path: string, options: TableOptions): Promise<Dataset> {
  const table = await conllTable(path, options);
  const target = options.target ?? (table.columns.includes('tags') ? 'tags' : 'none');
  return tableDataset(table, { ...options, content: 'text', target, columns: { words: 'words', ...(target === 'tags' && { tags: 'tags' }) } });
}

async function conllTable(path: string, { files, columns = {}, unlabelled = false }: TableOptions): Promise<Table> {
  const source = await openMaybeGzipped(await files.open(path), path);
  const layout = new ConllLayout(path);
  let positions: Readonly<Record<string, number>> = {};
  const resolve = (): string[] => {
    const words = layout.positionOf(columns.words, layout.usual.words);
    const tags = unlabelled ? undefined : layout.positionOf(columns.tags, layout.usual.tags);
    positions = { words, ...(tags !== undefined && tags !== words && { tags }) };
    return Object.keys(positions);
  };
  const parse = (records: readonly FileRecord[]): TableRow[] =>
    records.map((record) => {
      const tokens = layout.tokens(recordText(record, path));
      const list = (position: number): string[] =>
        tokens.map(({ fields, line }) => {
          const reason = `it has ${fields.length} columns, the first line of words ${layout.width}`;
          return fields[position] ?? fail('DATA_ROW_INVALID', { file: path, line: record.line + line, reason });
        });
      return { line: record.line, cell: (column) => list(positions[column] as number) };
    });
  const isRow = (record: FileRecord): boolean => layout.tokens(recordText(record, path)).length > 0;
  return closingOnFailure(source, () => recordTable(source, { path, endOf: paragraphEnd, isRow, columns: resolve, parse }));
}
