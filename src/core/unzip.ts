import { Unzip, UnzipInflate } from 'fflate';
import { type SyncBytes, syncMemory } from './sync-bytes.js';

/** What is inflated at a time: it may unpack to a thousand times as much before its size shows. */
const SLICE = 2 ** 14;
/** Weights hardly shrink: an archive that unpacks to so many times its size, and to more than small ones need, is made to exhaust memory. */
const MOST_EXPANSION = 16;
const SMALL = 2 ** 24;
/** Stands for bytes that nobody looks at. */
const UNREAD = new Uint8Array(SLICE);
/** The method of files that are not packed. */
const STORED = 0;

/** What an archive holds. */
export interface Unzipped {
  /** The wanted files, by name. Those that are stored as they are stay in the archive. */
  readonly files: ReadonlyMap<string, SyncBytes>;
  /** Of all files, unpacked or not. */
  readonly names: readonly string[];
}

/**
 * Unpacks a zip archive into memory, piece by piece: what it claims to hold may be less than what it unpacks to.
 * @throws Error saying what is wrong with the archive, as the end of a sentence
 */
export function unzip(archive: SyncBytes, wanted: (name: string) => boolean, most = Number.POSITIVE_INFINITY): Unzipped {
  const names: string[] = [];
  const files = new Map<string, SyncBytes>();
  const limit = Math.min(most, SMALL + MOST_EXPANSION * archive.size);
  let total = 0;
  let reached = 0;
  /** Up to where lies a file that stays in the archive. */
  let passed = 0;
  const reader = new Unzip((file) => {
    names.push(file.name);
    if (!wanted(file.name)) return;
    const chunks: Uint8Array[] = [];
    let isPlaced = false;
    file.ondata = (error, chunk, isLast) => {
      if (error) throw error;
      if (isPlaced) return;
      if (file.compression === STORED && file.size !== undefined && chunks.length === 0 && !isLast) {
        // The rest of the slice is the beginning of the file.
        const start = reached - chunk.byteLength;
        passed = start + file.size;
        files.set(file.name, archive.part(start, passed));
        isPlaced = true;
        return;
      }
      total += chunk.byteLength;
      if (total > limit) throw new Error(`its files unpack to more than ${limit} bytes`);
      chunks.push(chunk);
      if (isLast) files.set(file.name, syncMemory(joined(chunks)));
    };
    file.start();
  });
  reader.register(UnzipInflate);
  for (let at = 0; at < archive.size; at = reached) {
    const slice = at < passed ? UNREAD.subarray(0, Math.min(passed, archive.size) - at) : archive.part(at, at + SLICE).whole();
    reached = at + slice.byteLength;
    reader.push(slice, reached >= archive.size);
  }
  return { files, names };
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const [only, ...more] = chunks;
  if (only && more.length === 0) return only;
  const whole = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0));
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return whole;
}
