import type { CsvError } from 'csv-parse/browser/esm/sync';
import { fail } from '../../../core/index.js';
import { type Files, readText } from '../files.js';
import type { Table } from './table.js';

const DELIMITERS = [',', '\t', ';'];

interface CsvRecord {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/**
 * Reads a CSV file with a header line (RFC 4180; the delimiter is a comma, tab or semicolon, whichever the header has most of).
 * @throws DATA_NOT_FOUND, DATA_UNREADABLE, DATA_ROW_INVALID
 */
export async function readCsv(files: Files, path: string): Promise<Table> {
  const text = await readText(files, path);
  const [header, ...records] = await parseRecords(text, path);
  const columns = header?.record ?? [];
  const positions = new Map(columns.map((name, position) => [name, position]));
  const rows = records.map(({ record, info }) => ({
    line: info.lines,
    cell: (column: string) => record[positions.get(column) ?? -1],
  }));
  return { path, columns, rows };
}

async function parseRecords(text: string, file: string): Promise<CsvRecord[]> {
  const { parse } = await import('csv-parse/browser/esm/sync');
  try {
    const records: unknown = parse(text, { delimiter: delimiterOf(text), info: true, trim: true, skip_empty_lines: true });
    return records as CsvRecord[];
  } catch (error) {
    const { lines = 0, message } = error as CsvError & { lines?: number };
    return fail('DATA_ROW_INVALID', { file, line: lines, reason: message }, error);
  }
}

function delimiterOf(text: string): string {
  const header = text.slice(0, Math.max(0, text.search(/\r|\n|$/)));
  const count = (delimiter: string): number => header.split(delimiter).length;
  return DELIMITERS.reduce((best, delimiter) => (count(delimiter) > count(best) ? delimiter : best));
}
