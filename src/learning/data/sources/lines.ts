import type { Dataset } from '../dataset.js';
import { openMaybeGzipped } from '../formats/inflate.js';
import { type TableOptions, tableDataset } from './tables/dataset.js';
import { recordTable } from './tables/record-table.js';
import { type FileRecord, lineEnd, recordText } from './tables/records.js';
import { closingOnFailure } from './tables/table.js';

/**
 * A text file with one text a line and no labels; empty lines are passed over. Gzipped files are decompressed into memory.
 * @throws DATA_NOT_FOUND, DATA_UNREADABLE, DATA_EMPTY
 */
export async function openLines(path: string, options: TableOptions): Promise<Dataset> {
  const source = await openMaybeGzipped(await options.files.open(path), path);
  const textOf = (record: FileRecord): string => recordText(record, path);
  const parse = (records: readonly FileRecord[]) => records.map((record) => ({ line: record.line, cell: () => textOf(record) }));
  const isRow = (record: FileRecord): boolean => textOf(record).trim() !== '';
  const table = await closingOnFailure(source, () => recordTable(source, { path, endOf: lineEnd, isRow, columns: () => ['text'], parse }));
  return tableDataset(table, { ...options, content: 'text', target: options.target ?? 'none', columns: { text: 'text' } });
}
