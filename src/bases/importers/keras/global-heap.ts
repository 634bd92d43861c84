import type { SyncBytes } from '../../../core/index.js';

/** "GCOL", version 1 and three reserved bytes: the start of a collection of the global heap. */
const START = [0x47, 0x43, 0x4f, 0x4c, 1, 0, 0, 0];
/** Where the superblock says how wide numbers of lengths are, by its version. */
const LENGTH_BYTES_AT = [14, 14, 10, 10];
/** Number of an object, its references, and four reserved bytes, before its length. */
const OBJECT_HEAD = 8;
const ALIGNMENT = 8;
/** How much is looked through at a time, and how much of it again with what follows. */
const WINDOW = 2 ** 20;
const OVERLAP = START.length - 1;

/**
 * Whether the lengths in the global heap, where HDF5 keeps texts, lead from object to object to the end of each collection. The library
 * follows them unchecked: one that leads nowhere makes it run for ever.
 * Source: HDF5 file format specification 3.0, "Disk Format: Level 1E - Global Heap"
 */
export function isHeapSound(file: SyncBytes): boolean {
  const superblock = file.part(0, 16).whole();
  const width = superblock[LENGTH_BYTES_AT[superblock[8] ?? 0] ?? 14] ?? 8;
  const window = new Uint8Array(Math.min(WINDOW + OVERLAP, file.size));
  for (let at = 0; at < file.size; at += WINDOW) {
    const starts = startsIn(window.subarray(0, file.read(window, at)));
    if (!starts.every((start) => isCollectionSound(file, at + start, width))) return false;
  }
  return true;
}

function startsIn(bytes: Uint8Array): number[] {
  const found: number[] = [];
  for (let at = bytes.indexOf(START[0] as number); at >= 0; at = bytes.indexOf(START[0] as number, at + 1)) {
    if (START.every((byte, i) => bytes[at + i] === byte)) found.push(at);
  }
  return found;
}

function isCollectionSound(file: SyncBytes, start: number, width: number): boolean {
  const head = START.length + width;
  const end = readLength(file.part(start, start + head).whole(), START.length, width);
  if (start + end > file.size) return false;
  const bytes = file.part(start, start + end).whole();
  // An object whose header does not fit is free space.
  for (let at = head; at + OBJECT_HEAD + width <= end; ) {
    const isFree = bytes[at] === 0 && bytes[at + 1] === 0;
    const length = readLength(bytes, at + OBJECT_HEAD, width);
    // The length of free space counts its header.
    const step = isFree ? length : OBJECT_HEAD + width + Math.ceil(length / ALIGNMENT) * ALIGNMENT;
    if (step === 0 || at + step > end) return false;
    at += step;
  }
  return true;
}

function readLength(bytes: Uint8Array, at: number, width: number): number {
  let length = 0;
  for (let i = width - 1; i >= 0; i--) length = length * 256 + (bytes[at + i] ?? 0);
  return length;
}
