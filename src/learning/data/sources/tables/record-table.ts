import type { ByteSource } from '../../../../core/index.js';
import { type FileRecord, fileRecords, type RecordEnd, RecordFile } from './records.js';
import type { Table, TableRow } from './table.js';

interface RecordFormat {
  readonly path: string;
  readonly endOf: RecordEnd;
  /** Whether a record is a row; others are passed over. Called once for each, in order. */
  readonly isRow: (record: FileRecord) => boolean;
  /** The columns, once all records have been seen. */
  readonly columns: () => readonly string[];
  /** The rows of records that lie one behind the other. */
  readonly parse: (records: readonly FileRecord[]) => readonly TableRow[];
  /** Where the first record begins, when something else comes before it. */
  readonly start?: { readonly offset: number; readonly line: number };
}

/** A table whose rows are records of a file, of which only the places are held in memory. */
export async function recordTable(source: ByteSource, format: RecordFormat): Promise<Table> {
  const { path, endOf, isRow, parse, start } = format;
  const file = new RecordFile(source);
  for await (const records of fileRecords(source, path, endOf, start?.offset, start?.line)) {
    for (const record of records) if (isRow(record)) file.add(record);
  }
  async function* batches(): AsyncGenerator<readonly TableRow[]> {
    let next = 0;
    for await (const records of fileRecords(source, path, endOf, start?.offset, start?.line)) {
      const rows = records.filter((record) => {
        const isNext = next < file.size && file.startOf(next) === record.start;
        next += Number(isNext);
        return isNext;
      });
      if (rows.length > 0) yield parse(rows);
    }
  }
  return {
    path,
    columns: format.columns(),
    size: file.size,
    unit: 'line',
    lineOf: (index) => file.lineOf(index),
    batches,
    row: async (index) => parse([await file.record(index)])[0] as TableRow,
    close: () => file.close(),
  };
}
