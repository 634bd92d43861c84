import { type ByteSource, fail, joinBytes } from '../../../../core/index.js';
import { cachedBlocks } from './blocks.js';
import { Floats, Ints } from './growing.js';

/** Read at once where a file is read from one end to the other. */
const CHUNK = 2 ** 18;
/** A longer record is a mistake, such as a quotation mark that is never closed. */
const LONGEST = 2 ** 28;
const NEWLINE = 0x0a;
const RETURN = 0x0d;

/**
 * Where the record ends that begins at `from`: the position behind its last byte, its line end included. −1 when `bytes` do not tell; `isLast`
 * says that nothing comes behind them.
 */
export type RecordEnd = (bytes: Uint8Array, from: number, isLast: boolean) => number;

/** A part of a file: a line, or several that belong together. */
export interface FileRecord {
  /** Its place in the file, in bytes. */
  readonly start: number;
  /** The line it begins in, from 1. */
  readonly line: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The records of a file in order, as many at once as one part of the file holds. @throws DATA_ROW_INVALID when one is too long */
export async function* fileRecords(source: ByteSource, file: string, endOf: RecordEnd, from = 0, line = 1): AsyncGenerator<FileRecord[]> {
  let rest: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  let next = from;
  while (next < source.size) {
    // A record that did not end yet is looked at again with as much behind it as it is long, so that the effort does not grow with its square.
    const length = Math.min(Math.max(CHUNK, rest.length), source.size - next);
    const bytes = joinBytes([rest, await source.read(next, length)]);
    const start = next - rest.length;
    next += length;
    const found: FileRecord[] = [];
    let position = 0;
    for (let end = endOf(bytes, 0, next === source.size); end > position; end = endOf(bytes, position, next === source.size)) {
      const record = { start: start + position, line, bytes: bytes.subarray(position, end) };
      found.push(record);
      line += linesIn(record.bytes);
      position = end;
    }
    rest = bytes.slice(position);
    if (rest.length > LONGEST) fail('DATA_ROW_INVALID', { file, line, reason: `it does not end within ${LONGEST} bytes` });
    yield found;
  }
}

/** The line ends in a record: line feeds or, where there are none, carriage returns. */
export function linesIn(bytes: Uint8Array): number {
  return count(bytes, NEWLINE) || count(bytes, RETURN);
}

function count(bytes: Uint8Array, byte: number): number {
  let found = 0;
  for (let at = bytes.indexOf(byte); at >= 0; at = bytes.indexOf(byte, at + 1)) found++;
  return found;
}

/** Records end with the line. */
export const lineEnd: RecordEnd = (bytes, from, isLast) => {
  const newline = bytes.indexOf(NEWLINE, from);
  if (newline >= 0) return newline + 1;
  return isLast ? bytes.length : -1;
};

/** Records of a file by number; of each, 16 bytes are held in memory. */
export class RecordFile {
  readonly #starts = new Floats();
  readonly #lengths = new Ints();
  readonly #lines = new Ints();
  readonly #source: ByteSource;

  constructor(source: ByteSource) {
    this.#source = cachedBlocks(source);
  }

  get size(): number {
    return this.#starts.length;
  }

  add({ start, line, bytes }: FileRecord): void {
    this.#starts.push(start);
    this.#lengths.push(bytes.length);
    this.#lines.push(line);
  }

  startOf(index: number): number {
    return this.#starts.at(index);
  }

  lineOf(index: number): number {
    return this.#lines.at(index);
  }

  async record(index: number): Promise<FileRecord> {
    const start = this.#starts.at(index);
    return { start, line: this.#lines.at(index), bytes: await this.#source.read(start, this.#lengths.at(index)) };
  }

  close(): Promise<void> {
    return this.#source.close();
  }
}

/** The text of a record without its line end and, at the beginning of a file, without a byte-order mark. @throws DATA_UNREADABLE */
export function recordText({ bytes }: Pick<FileRecord, 'bytes'>, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes).replace(/\r?\n$|\r$/, '');
  } catch (error) {
    return fail('DATA_UNREADABLE', { file, reason: 'it is not UTF-8 text' }, error);
  }
}
