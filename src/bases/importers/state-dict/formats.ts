import { type ByteSource, fail } from '../../../core/index.js';
import { invalid, type Place } from './place.js';
import { readSafetensorsWeights } from './safetensors.js';
import { readTorchLegacy } from './torch/legacy.js';
import { isLegacyStart } from './torch/magic.js';
import { readTorchZip } from './torch/zip.js';
import type { Weights } from './types.js';

type ReadWeights = (source: ByteSource, place: Place) => Promise<Weights>;

interface Format {
  /** @param start the first bytes of the file, {@link START} or all of them */
  readonly matches: (start: Uint8Array) => boolean;
  readonly read: ReadWeights;
}

/** So much of a file tells what it is: a tar archive says so at 257. */
const START = 512;

const BRACE = 0x7b;
const PICKLE = 0x80;

/** One row a format, told by the first bytes. */
const formats: readonly Format[] = [
  { matches: (start) => start[8] === BRACE, read: (source, { file }) => readSafetensorsWeights(source, file) },
  { matches: (start) => textAt(start, 0, 4) === 'PK\x03\x04', read: readTorchZip },
  { matches: isLegacyStart, read: readTorchLegacy },
  { matches: (start) => textAt(start, 257, 5) === 'ustar', read: refuse('an archive of PyTorch 0.1.1 or older') },
  { matches: (start) => start[0] === PICKLE, read: refuse('a pickle that torch.save did not write') },
  { matches: (start) => textAt(start, 0, 7) === 'version', read: pointer },
];

/** How the file is read, by its content. @throws IMPORT_FILE_INVALID where it is no weights file */
export async function formatOf(source: ByteSource, place: Place): Promise<ReadWeights> {
  const start = await source.read(0, Math.min(START, source.size));
  return formats.find(({ matches }) => matches(start))?.read ?? invalid(place, 'it is neither safetensors nor a file of torch.save');
}

function refuse(content: string): ReadWeights {
  return async (_, place) => fail('IMPORT_NOT_STATE_DICT', { ...place, content });
}

/** What Git keeps in the place of a large file. */
async function pointer(_: ByteSource, place: Place): Promise<Weights> {
  return invalid(place, 'it is the pointer of Git LFS, not the file itself; fetch that with `git lfs pull`');
}

function textAt(bytes: Uint8Array, start: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(start, start + length));
}
