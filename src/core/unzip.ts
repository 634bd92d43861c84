import { Unzip, UnzipInflate } from 'fflate';

/** What is inflated at a time: it may unpack to a thousand times as much before its size shows. */
const SLICE = 2 ** 14;
/** Weights hardly shrink: an archive that unpacks to so many times its size, and to more than small ones need, is made to exhaust memory. */
const MOST_EXPANSION = 16;
const SMALL = 2 ** 24;

/** What an archive in memory holds. */
export interface Unzipped {
  /** The wanted files, by name. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Of all files, unpacked or not. */
  readonly names: readonly string[];
}

/**
 * Unpacks a zip archive in memory, piece by piece: what it claims to hold may be less than what it unpacks to.
 * @throws Error saying what is wrong with the archive, as the end of a sentence
 */
export function unzip(archive: Uint8Array, wanted: (name: string) => boolean, most = Number.POSITIVE_INFINITY): Unzipped {
  const names: string[] = [];
  const files = new Map<string, Uint8Array>();
  const limit = Math.min(most, SMALL + MOST_EXPANSION * archive.byteLength);
  let total = 0;
  const reader = new Unzip((file) => {
    names.push(file.name);
    if (!wanted(file.name)) return;
    const chunks: Uint8Array[] = [];
    file.ondata = (error, chunk, isLast) => {
      if (error) throw error;
      total += chunk.byteLength;
      if (total > limit) throw new Error(`its files unpack to more than ${limit} bytes`);
      chunks.push(chunk);
      if (isLast) files.set(file.name, joined(chunks));
    };
    file.start();
  });
  reader.register(UnzipInflate);
  for (let at = 0; at < archive.byteLength; at += SLICE) reader.push(archive.subarray(at, at + SLICE), at + SLICE >= archive.byteLength);
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
