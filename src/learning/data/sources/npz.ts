import { type ByteSource, dataOffset, fail, listZip, memoryBytes, type StoredArray, type ZipEntry } from '../../../core/index.js';
import type { Dataset } from '../dataset.js';
import type { Files } from '../files.js';
import { inflate } from '../formats/inflate.js';
import { openNpy } from '../formats/npy.js';
import { tensorDataset } from './tensor-dataset.js';

const STORED = 0;
const DEFLATED = 8;

/**
 * Tensor data written by `numpy.savez`: arrays named after the graph's inputs, plus `labels`. Arrays of `savez_compressed` are
 * decompressed into memory, others are read row by row.
 * @throws DATA_NOT_FOUND, DATA_FORMAT_BROKEN and what {@link tensorDataset} throws
 */
export async function openNpz(files: Files, path: string, classes?: readonly string[]): Promise<Dataset> {
  const source = await files.open(path);
  try {
    const arrays = new Map<string, StoredArray>();
    for (const entry of await listZip(source, path)) {
      if (entry.name.endsWith('.npy')) arrays.set(entry.name.slice(0, -'.npy'.length), await openEntry(source, entry, path));
    }
    return await tensorDataset({ name: path, arrays, classes, close: () => source.close() });
  } catch (error) {
    await source.close();
    throw error;
  }
}

async function openEntry(source: ByteSource, entry: ZipEntry, path: string): Promise<StoredArray> {
  const file = `${path} (${entry.name})`;
  const start = await dataOffset(source, entry, path);
  if (entry.method === STORED) return openNpy(source, start, entry.compressedSize, file);
  if (entry.method !== DEFLATED) fail('DATA_FORMAT_BROKEN', { file, format: 'zip', reason: `its compression method ${entry.method} is unknown` });
  const bytes = await inflate(await source.read(start, entry.compressedSize), 'deflate-raw', file);
  return openNpy(memoryBytes(bytes), 0, bytes.byteLength, file);
}
