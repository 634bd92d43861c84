import type { ByteSource } from './bytes.js';
import { fail } from './errors.js';

export interface ZipEntry {
  readonly name: string;
  /** 0: stored, 8: deflated. */
  readonly method: number;
  readonly compressedSize: number;
  /** Where the entry's local header lies. */
  readonly headerOffset: number;
}

const END = 0x06054b50;
const END_SIZE = 22;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const LOCATOR_64_SIZE = 20;
const CENTRAL = 0x02014b50;
const CENTRAL_SIZE = 46;
const LOCAL = 0x04034b50;
const LOCAL_SIZE = 30;
const MAX_COMMENT = 0xffff;
/** A 32-bit field that says "see the ZIP64 field". */
const SEE_64 = 0xffffffff;

/**
 * Lists the entries of a zip archive from its central directory, ZIP64 included.
 * Format: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 * @throws DATA_FORMAT_BROKEN
 */
export async function listZip(source: ByteSource, file: string): Promise<ZipEntry[]> {
  const { start, size } = await findDirectory(source, file);
  if (start + size > source.size) broken(file, 'its directory lies beyond its end');
  const view = viewOf(await source.read(start, size));
  const entries: ZipEntry[] = [];
  for (let at = 0; at + CENTRAL_SIZE <= size; ) {
    if (view.getUint32(at, true) !== CENTRAL) broken(file, 'its directory is damaged');
    const nameLength = view.getUint16(at + 28, true);
    const extraLength = view.getUint16(at + 30, true);
    const next = at + CENTRAL_SIZE + nameLength + extraLength + view.getUint16(at + 32, true);
    if (next > size) broken(file, 'its directory is damaged');
    entries.push(readEntry(view, at, nameLength, extraLength));
    at = next;
  }
  return entries;
}

/** Where the entry's data starts. @throws DATA_FORMAT_BROKEN */
export async function dataOffset(source: ByteSource, entry: ZipEntry, file: string): Promise<number> {
  if (entry.headerOffset + LOCAL_SIZE > source.size) broken(file, `the entry "${entry.name}" lies beyond its end`);
  const view = viewOf(await source.read(entry.headerOffset, LOCAL_SIZE));
  if (view.getUint32(0, true) !== LOCAL) broken(file, `the entry "${entry.name}" is damaged`);
  const start = entry.headerOffset + LOCAL_SIZE + view.getUint16(26, true) + view.getUint16(28, true);
  if (start + entry.compressedSize > source.size) broken(file, `the entry "${entry.name}" is cut off`);
  return start;
}

async function findDirectory(source: ByteSource, file: string): Promise<{ start: number; size: number }> {
  const tailSize = Math.min(source.size, END_SIZE + MAX_COMMENT);
  const tailStart = source.size - tailSize;
  const view = viewOf(await source.read(tailStart, tailSize));
  for (let at = tailSize - END_SIZE; at >= 0; at--) {
    if (view.getUint32(at, true) !== END) continue;
    const start = view.getUint32(at + 16, true);
    return start === SEE_64 ? findDirectory64(source, tailStart + at, file) : { start, size: view.getUint32(at + 12, true) };
  }
  return broken(file, 'it has no end record; it is cut off or not a zip archive');
}

async function findDirectory64(source: ByteSource, end: number, file: string): Promise<{ start: number; size: number }> {
  const locator = viewOf(await source.read(Math.max(0, end - LOCATOR_64_SIZE), LOCATOR_64_SIZE));
  const at = locator.getUint32(0, true) === LOCATOR_64 ? Number(locator.getBigUint64(8, true)) : -1;
  if (at < 0 || at + 56 > source.size) return broken(file, 'its ZIP64 record is damaged');
  const record = viewOf(await source.read(at, 56));
  if (record.getUint32(0, true) !== END_64) return broken(file, 'its ZIP64 record is damaged');
  return { start: Number(record.getBigUint64(48, true)), size: Number(record.getBigUint64(40, true)) };
}

function readEntry(view: DataView, at: number, nameLength: number, extraLength: number): ZipEntry {
  const name = new TextDecoder().decode(new Uint8Array(view.buffer, view.byteOffset + at + CENTRAL_SIZE, nameLength));
  const wide = wideFields(view, at + CENTRAL_SIZE + nameLength, extraLength);
  // The ZIP64 field lists, in this order, only the values that do not fit into 32 bits.
  const read = (offset: number): number => {
    const value = view.getUint32(at + offset, true);
    return value === SEE_64 ? (wide.shift() ?? value) : value;
  };
  // The uncompressed size comes first; its place in the list must be passed over.
  read(24);
  const compressedSize = read(20);
  const headerOffset = read(42);
  return { name, method: view.getUint16(at + 10, true), compressedSize, headerOffset };
}

function wideFields(view: DataView, start: number, length: number): number[] {
  for (let at = start; at + 4 <= start + length; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== 1) continue;
    const count = Math.floor(Math.min(view.getUint16(at + 2, true), start + length - at - 4) / 8);
    return Array.from({ length: count }, (_, i) => Number(view.getBigUint64(at + 4 + i * 8, true)));
  }
  return [];
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function broken(file: string, reason: string): never {
  fail('DATA_FORMAT_BROKEN', { file, format: 'zip', reason });
}
