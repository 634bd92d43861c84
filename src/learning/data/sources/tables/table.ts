import { type ByteSource, fail } from '../../../../core/index.js';

/** Rows of named cells, which lie in a file and are read when asked for. */
export interface Table {
  readonly path: string;
  readonly columns: readonly string[];
  /** Number of rows. */
  readonly size: number;
  /** What {@link TableRow.line} counts. */
  readonly unit: 'line' | 'row';
  /** The line of a row without reading it. */
  lineOf(index: number): number;
  /** All rows in order, some at a time. */
  batches(): AsyncIterable<readonly TableRow[]>;
  /** One row. */
  row(index: number): Promise<TableRow>;
  close(): Promise<void>;
}

export interface TableRow {
  /** Line of the file, from 1; for files without lines, the number of the row. */
  readonly line: number;
  /** The cell of a column; undefined or empty when there is none. */
  cell(column: string): unknown;
}

/** Does something with a source, which is closed when that fails. */
export async function closingOnFailure<T>(source: Pick<ByteSource, 'close'>, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    await source.close();
    throw error;
  }
}

/** A table that is held in memory. */
export function memoryTable(path: string, columns: readonly string[], rows: readonly TableRow[]): Table {
  return {
    path,
    columns,
    size: rows.length,
    unit: 'row',
    lineOf: (index) => (rows[index] as TableRow).line,
    batches: async function* () {
      yield rows;
    },
    row: async (index) => rows[index] as TableRow,
    close: async () => {},
  };
}

/** @throws DATA_ROW_INVALID */
export function invalid({ path }: Pick<Table, 'path'>, { line }: TableRow, reason: string): never {
  fail('DATA_ROW_INVALID', { file: path, line, reason });
}

/** What a cell holds as text; undefined when it is empty. */
export function textOf(cell: unknown): string | undefined {
  if (typeof cell === 'number' || typeof cell === 'boolean') return String(cell);
  return typeof cell === 'string' && cell !== '' ? cell : undefined;
}

/** @throws DATA_ROW_INVALID */
export function requireText(table: Table, row: TableRow, name: string): string {
  return textOf(row.cell(name)) ?? invalid(table, row, `the column "${name}" is empty`);
}

/** The numbers of a cell, which holds one or an array of them. @throws DATA_ROW_INVALID */
export function numbersOf(table: Table, row: TableRow, name: string): number[] {
  const cell = row.cell(name);
  return (Array.isArray(cell) ? cell : [cell]).map((value: unknown) => {
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    if (typeof number === 'number' && Number.isFinite(number)) return number;
    return invalid(table, row, `the column "${name}" holds ${JSON.stringify(value)}, which is not a number`);
  });
}
