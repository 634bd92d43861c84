import type { CsvError, parse } from 'csv-parse/browser/esm/sync';
import { type ByteSource, fail } from '../../../../core/index.js';
import type { Files } from '../../files.js';
import { openMaybeGzipped } from '../../formats/inflate.js';
import { csvRecordEnd, isBlank, newlineOf } from './csv-record.js';
import { recordTable } from './record-table.js';
import { type FileRecord, fileRecords, linesIn, type RecordEnd, recordText } from './records.js';
import { closingOnFailure, type Table, type TableRow } from './table.js';

const DELIMITERS = [',', '\t', ';'];
/** Where the kind of line end is looked for. */
const BEGINNING = 2 ** 16;
/** The byte-order mark of UTF-8. */
const MARK = [0xef, 0xbb, 0xbf];

/**
 * Opens a CSV file with a header line (RFC 4180; the delimiter is a comma, tab or semicolon, whichever the header has most of), gzipped or
 * not. A quotation mark that is not the first character of a field stands for itself. Gzipped files are decompressed into memory.
 * @throws DATA_NOT_FOUND, DATA_UNREADABLE, DATA_ROW_INVALID
 */
export async function openCsv(files: Files, path: string): Promise<Table> {
  const source = await openMaybeGzipped(await files.open(path), path);
  return closingOnFailure(source, () => readTable(source, path));
}

async function readTable(source: ByteSource, path: string): Promise<Table> {
  const { parse: library } = await import('csv-parse/browser/esm/sync');
  const beginning = await source.read(0, Math.min(BEGINNING, source.size));
  const newline = newlineOf(beginning);
  // A byte-order mark would hide a quotation mark behind it.
  const start = MARK.every((byte, at) => beginning[at] === byte) ? MARK.length : 0;
  const header = await firstLine(source, path, csvRecordEnd(',', newline), { start, line: 1 });
  if (header === undefined) return fail('DATA_EMPTY', { path });
  const delimiter = delimiterOf(recordText(header, path));
  const endOf = csvRecordEnd(delimiter, newline);
  const parser = new CsvParser(path, library, delimiter, newline);
  // With its delimiter known, the header may turn out to be longer.
  const first = (await firstLine(source, path, endOf, header)) as FileRecord;
  const columns = parser.fields([first])[0] as readonly string[];
  return recordTable(source, {
    path,
    endOf,
    start: { offset: first.start + first.bytes.length, line: first.line + linesIn(first.bytes) },
    isRow: ({ bytes }) => !isBlank(bytes, delimiter),
    columns: () => columns,
    parse: (records) => parser.rows(records, columns),
  });
}

/** The first record that is not blank, from a place on. */
async function firstLine(
  source: ByteSource,
  path: string,
  endOf: RecordEnd,
  { start, line }: Pick<FileRecord, 'start' | 'line'>,
): Promise<FileRecord | undefined> {
  for await (const records of fileRecords(source, path, endOf, start, line)) {
    const found = records.find(({ bytes }) => !isBlank(bytes, ','));
    if (found) return found;
  }
  return undefined;
}

function delimiterOf(header: string): string {
  const count = (delimiter: string): number => header.split(delimiter).length;
  return DELIMITERS.reduce((best, delimiter) => (count(delimiter) > count(best) ? delimiter : best));
}

class CsvParser {
  readonly #path: string;
  readonly #parse: typeof parse;
  readonly #newline: '\n' | '\r';
  readonly #options: object;

  constructor(path: string, library: typeof parse, delimiter: string, newline: '\n' | '\r') {
    this.#path = path;
    this.#parse = library;
    this.#newline = newline;
    this.#options = {
      delimiter,
      trim: true,
      skip_empty_lines: true,
      relax_quotes: true,
      // Checked against the header instead, which is not among the records.
      relax_column_count: true,
      record_delimiter: newline === '\r' ? ['\r'] : ['\r\n', '\n'],
    };
  }

  rows(records: readonly FileRecord[], columns: readonly string[]): TableRow[] {
    const positions = new Map(columns.map((name, position) => [name, position]));
    const fields = this.fields(records);
    return records.map(({ line }, index) => {
      const cells = fields[index] as readonly string[];
      const reason = `it has ${cells.length} fields, the header ${columns.length}`;
      if (cells.length !== columns.length) fail('DATA_ROW_INVALID', { file: this.#path, line, reason });
      return { line, cell: (column) => cells[positions.get(column) ?? -1] };
    });
  }

  /** The fields of each record. All are read at once, which is quicker, unless one of them is read in another way alone. */
  fields(records: readonly FileRecord[]): readonly (readonly string[])[] {
    const texts = records.map((record) => recordText(record, this.#path));
    if (records.length > 1) {
      const together = this.#tryParse(texts.join(this.#newline));
      if (together?.length === records.length) return together;
    }
    return texts.map((text, index) => this.#parseOne(text, (records[index] as FileRecord).line));
  }

  #tryParse(text: string): string[][] | undefined {
    try {
      return this.#parse(text, this.#options) as string[][];
    } catch {
      return undefined;
    }
  }

  #parseOne(text: string, line: number): readonly string[] {
    try {
      const found = this.#parse(text, this.#options) as string[][];
      if (found.length === 1) return found[0] as string[];
    } catch (error) {
      const { lines = 1, message } = error as CsvError & { lines?: number };
      fail('DATA_ROW_INVALID', { file: this.#path, line: line + lines - 1, reason: message }, error);
    }
    return fail('DATA_ROW_INVALID', { file: this.#path, line, reason: 'it is not one record' });
  }
}
