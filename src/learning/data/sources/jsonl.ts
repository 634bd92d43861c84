import { fail } from '../../../core/index.js';
import { type Files, readText } from '../files.js';
import type { Table, TableRow } from './table.js';

/**
 * Reads a file with one JSON object a line; empty lines are passed over.
 * @throws DATA_NOT_FOUND, DATA_UNREADABLE, DATA_ROW_INVALID
 */
export async function readJsonl(files: Files, path: string): Promise<Table> {
  const columns = new Set<string>();
  const rows: TableRow[] = [];
  (await readText(files, path)).split(/\r?\n/).forEach((text, index) => {
    if (text.trim() === '') return;
    const record = parseObject(text, path, index + 1);
    for (const name of Object.keys(record)) columns.add(name);
    rows.push({ line: index + 1, cell: (column) => (Object.hasOwn(record, column) ? record[column] : undefined) });
  });
  return { path, columns: [...columns], rows };
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
