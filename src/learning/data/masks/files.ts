import type { ImageDecoder } from '../decode.js';
import type { Files } from '../files.js';
import { chooseReading } from './choose.js';
import type { MaskOptionsFound } from './options.js';
import type { MaskSource } from './source.js';
import { readStored, type StoredMask } from './stored.js';

interface MaskFiles {
  /** For messages. */
  readonly name: string;
  readonly size: number;
  readonly files: Files;
  readonly decoder: ImageDecoder;
  /** Where the mask of a sample lies. @throws DATA_MASK_MISSING where it has none */
  readonly maskOf: (index: number) => string;
}

/**
 * Masks that are files of their own.
 * @param names class names in the order of their values
 * @throws what {@link chooseReading} throws
 */
export async function maskFiles(source: MaskFiles, options: MaskOptionsFound, names: readonly string[] | undefined): Promise<MaskSource> {
  const { name, size, files, decoder, maskOf } = source;
  const stored = async (index: number, toleratesNoise: boolean): Promise<StoredMask> =>
    readStored(await files.read(maskOf(index)), maskOf(index), { decoder, toleratesNoise });
  const reading = await chooseReading({ name, size, fileOf: maskOf, read: stored }, options, names);
  return {
    names: reading.names,
    read: async (index) => reading.read(await stored(index, reading.toleratesNoise), maskOf(index)),
    bytes: (index) => files.read(maskOf(index)),
  };
}
