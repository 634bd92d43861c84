import { fail } from '../../../../core/index.js';
import type { Files } from '../../files.js';
import { openMaybeGzipped } from '../../formats/inflate.js';
import { recordTable } from './record-table.js';
import { type FileRecord, lineEnd, recordText } from './records.js';
import { closingOnFailure, type Table, type TableRow } from './table.js';

/**
 * Opens a file with one JSON object a line, gzipped or not; empty lines are passed over. Gzipped files are decompressed into memory.
 * @throws DATA_NOT_FOUND, DATA_UNREADABLE, DATA_ROW_INVALID
 */
export async function openJsonl(files: Files, path: string): Promise<Table> {
  const source = await openMaybeGzipped(await files.open(path), path);
  const columns = new Set<string>();
  const isRow = (record: FileRecord): boolean => {
    const text = recordText(record, path);
    if (text.trim() === '') return false;
    for (const name of Object.keys(parseObject(text, path, record.line))) columns.add(name);
    return true;
  };
  const parse = (records: readonly FileRecord[]): TableRow[] =>
    records.map((record) => {
      const object = parseObject(recordText(record, path), path, record.line);
      return { line: record.line, cell: (column) => (Object.hasOwn(object, column) ? object[column] : undefined) };
    });
  return closingOnFailure(source, () => recordTable(source, { path, endOf: lineEnd, isRow, columns: () => [...columns], parse }));
}

function parseObject(text: string, file: string, line: number): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    fail('DATA_ROW_INVALID', { file, line, reason: error instanceof Error ? error.message : String(error) }, error);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  return fail('DATA_ROW_INVALID', { file, line, reason: 'it is not a JSON object' });
}
