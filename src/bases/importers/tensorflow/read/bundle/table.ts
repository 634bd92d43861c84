import { uncompress } from 'snappyjs';
import { maskedCrc } from './crc32c.js';
import { Cursor, readUint32 } from './cursor.js';

const FOOTER_BYTES = 48;
/** The last eight bytes of a table, as two little-endian words. */
const MAGIC = [0x8b80fb57, 0xdb477524] as const;
/** Bytes behind a block: how it is compressed, and a checksum. */
const TRAILER_BYTES = 5;
/** Most bytes of a block; TensorFlow ends blocks at 256 KiB. */
const MAX_BLOCK = 2 ** 26;
const SNAPPY = 1;

/**
 * The entries of a LevelDB-style table, in the order of their keys. Bytes of keys are characters of the same number.
 * Source: https://github.com/google/leveldb/blob/main/doc/table_format.md
 * @throws Error, with a reason that says what is wrong with the table
 */
export function readTable(bytes: Uint8Array): Map<string, Uint8Array> {
  const footer = bytes.length - FOOTER_BYTES;
  if (footer < 0 || MAGIC.some((word, i) => readUint32(bytes, bytes.length - 8 + 4 * i) !== word)) {
    throw new RangeError('it does not end as a table does, so it is of another kind or cut off');
  }
  const cursor = new Cursor(bytes, footer);
  readHandle(cursor);
  const entries = new Map<string, Uint8Array>();
  let last: string | undefined;
  for (const [, handle] of readBlock(bytes, readHandle(cursor))) {
    for (const [key, value] of readBlock(bytes, readHandle(new Cursor(handle)))) {
      // Else an index could name one block over and over.
      if (last !== undefined && key <= last) throw new RangeError('its entries are not in order');
      entries.set(key, value);
      last = key;
    }
  }
  return entries;
}

interface Handle {
  readonly offset: number;
  readonly size: number;
}

function readHandle(cursor: Cursor): Handle {
  return { offset: cursor.varint(), size: cursor.varint() };
}

function readBlock(bytes: Uint8Array, { offset, size }: Handle): [key: string, value: Uint8Array][] {
  if (offset + size + TRAILER_BYTES > bytes.length) throw new RangeError('it is cut off');
  const stored = bytes.subarray(offset, offset + size);
  const type = bytes.subarray(offset + size, offset + size + 1);
  if (maskedCrc(stored, type) !== readUint32(bytes, offset + size + 1)) throw new RangeError('the checksum of a part does not fit');
  if (type[0] !== 0 && type[0] !== SNAPPY) throw new RangeError(`a part is compressed in the unknown way ${type[0]}`);
  // The library wants a plain Uint8Array, which a Node Buffer is not.
  return readEntries(type[0] === SNAPPY ? uncompress(Uint8Array.from(stored), MAX_BLOCK) : stored);
}

/** Keys are stored as what they do not share with the one before. */
function readEntries(block: Uint8Array): [key: string, value: Uint8Array][] {
  const restarts = readUint32(block, block.length - 4);
  const end = block.length - 4 - 4 * restarts;
  if (end < 0) throw new RangeError('a part is too short');
  const entries: [string, Uint8Array][] = [];
  const cursor = new Cursor(block.subarray(0, end));
  let key = '';
  while (cursor.at < end) {
    const [shared, rest, length] = [cursor.varint(), cursor.varint(), cursor.varint()];
    if (shared > key.length) throw new RangeError('a name continues one that is shorter');
    key = key.slice(0, shared) + keyOf(cursor.bytes(rest));
    entries.push([key, cursor.bytes(length)]);
  }
  return entries;
}

/** Bytes as characters of the same number. */
export function keyOf(bytes: Uint8Array): string {
  let key = '';
  for (const byte of bytes) key += String.fromCharCode(byte);
  return key;
}
