import type { AsyncBuffer, Compressors, FileMetaData } from 'hyparquet';
import { type ByteSource, fail } from '../../../../core/index.js';
import type { Files } from '../../files.js';
import { cellOf, labelNames } from './parquet-cells.js';
import { closingOnFailure, type Table, type TableRow } from './table.js';

/** Rows of columns that stay in memory, in bytes as they are stored: the row groups used last. */
const CACHED = 2 ** 27;

type Row = Readonly<Record<string, unknown>>;

/**
 * Opens a Parquet file with any compression. Of columns that Hugging Face's datasets says are class labels, the names are read in place of
 * the numbers. Rows are read by row group; the groups used last stay in memory, up to 128 MiB as stored.
 * @throws DATA_NOT_FOUND, DATA_UNREADABLE, DATA_FORMAT_BROKEN
 */
export async function openParquet(files: Files, path: string): Promise<Table> {
  const source = await files.open(path);
  return closingOnFailure(source, async () => {
    const [library, { compressors }] = await Promise.all([import('hyparquet'), import('hyparquet-compressors')]);
    const file = bufferOf(source);
    const metadata = await library.parquetMetadataAsync(file).catch((error: unknown) => broken(path, error));
    const read = (rowStart: number, rowEnd: number): Promise<Row[]> =>
      library
        .parquetReadObjects({ file, metadata, rowStart, rowEnd, compressors: compressors as Compressors })
        .catch((error: unknown) => broken(path, error));
    const columns = library.parquetSchema(metadata).children.map(({ element }) => element.name);
    return groupedTable({ path, columns, groups: rowGroups(metadata), read, names: labelNames(metadata), close: () => source.close() });
  });
}

function bufferOf(source: ByteSource): AsyncBuffer {
  return {
    byteLength: source.size,
    slice: async (start, end = source.size) => {
      const bytes = await source.read(start, end - start);
      return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
    },
  };
}

/** @throws DATA_UNREADABLE as it is, and anything else as DATA_FORMAT_BROKEN */
function broken(file: string, error: unknown): never {
  if (error instanceof Error && 'code' in error && error.code === 'DATA_UNREADABLE') throw error;
  return fail('DATA_FORMAT_BROKEN', { file, format: 'Parquet', reason: error instanceof Error ? error.message : String(error) }, error);
}

interface RowGroup {
  readonly start: number;
  readonly end: number;
  readonly bytes: number;
}

function rowGroups({ row_groups: groups }: FileMetaData): RowGroup[] {
  let start = 0;
  return groups.map(({ num_rows: rows, total_byte_size: size }) => {
    const group = { start, end: start + Number(rows), bytes: Number(size) };
    start = group.end;
    return group;
  });
}

interface GroupFacts {
  readonly path: string;
  readonly columns: readonly string[];
  readonly groups: readonly RowGroup[];
  readonly read: (start: number, end: number) => Promise<Row[]>;
  /** Class names of columns of numbers. */
  readonly names: ReadonlyMap<string, readonly string[]>;
  readonly close: () => Promise<void>;
}

function groupedTable({ path, columns, groups, read, names, close }: GroupFacts): Table {
  const cached = new Map<RowGroup, Promise<Row[]>>();
  const rowsOf = (group: RowGroup): Promise<Row[]> => {
    const rows = cached.get(group) ?? read(group.start, group.end);
    // Put back at the end: the first of the map is the one that was not used for longest.
    cached.delete(group);
    cached.set(group, rows);
    rows.catch(() => cached.delete(group));
    for (let [first] = cached.keys(); first !== undefined && first !== group && sizeOf(cached.keys()) > CACHED; [first] = cached.keys())
      cached.delete(first);
    return rows;
  };
  const rowOf = (row: Row, index: number): TableRow => ({ line: index + 1, cell: (column) => cellOf(row[column], names.get(column)) });
  const groupOf = (index: number): RowGroup => groups[lastStartingBy(groups, index)] as RowGroup;
  return {
    path,
    columns,
    size: groups.at(-1)?.end ?? 0,
    unit: 'row',
    lineOf: (index) => index + 1,
    batches: async function* () {
      for (const group of groups) {
        const rows = await rowsOf(group);
        if (rows.length > 0) yield rows.map((row, index) => rowOf(row, group.start + index));
      }
    },
    row: async (index) => {
      const group = groupOf(index);
      return rowOf((await rowsOf(group))[index - group.start] as Row, index);
    },
    close,
  };
}

function sizeOf(groups: Iterable<RowGroup>): number {
  let bytes = 0;
  for (const group of groups) bytes += group.bytes;
  return bytes;
}

/** The last group that starts at `index` or before (binary search). */
function lastStartingBy(groups: readonly RowGroup[], index: number): number {
  let [low, high] = [0, groups.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((groups[middle] as RowGroup).start <= index) low = middle;
    else high = middle - 1;
  }
  return low;
}
