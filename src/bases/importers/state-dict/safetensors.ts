import { type ByteSource, openSafetensors, readArray } from '../../../core/index.js';
import type { StoredWeight, Weights } from './types.js';

/** Reads the header of a `.safetensors` file. @throws DATA_FORMAT_BROKEN */
export async function readSafetensorsWeights(source: ByteSource, file: string): Promise<Weights> {
  const { arrays } = await openSafetensors(source, file);
  const weights = [...arrays].map(([name, array]): [string, StoredWeight] => {
    const { type, dims } = array;
    return [name, { type, dims, read: () => readArray(array) }];
  });
  return { weights: new Map(weights), notes: [] };
}
