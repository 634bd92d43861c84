import { fail, openSafetensors } from '../../../core/index.js';
import type { Dataset } from '../dataset.js';
import type { Files } from '../files.js';
import { tensorDataset } from './tensor-dataset.js';

/**
 * Tensor data of any modality: tensors named after the graph's inputs, [N, …] each, plus `labels`. Class names may be given as a JSON
 * array under `classes` in the file's metadata.
 * @throws DATA_NOT_FOUND, DATA_FORMAT_BROKEN and what {@link tensorDataset} throws
 */
export async function openSafetensorsData(files: Files, path: string, classes?: readonly string[]): Promise<Dataset> {
  const source = await files.open(path);
  try {
    const { arrays, metadata } = await openSafetensors(source, path);
    return await tensorDataset({ name: path, arrays, classes: classes ?? parseClasses(path, metadata.get('classes')), close: () => source.close() });
  } catch (error) {
    await source.close();
    throw error;
  }
}

function parseClasses(file: string, text: string | undefined): string[] | undefined {
  if (text === undefined) return undefined;
  try {
    const names: unknown = JSON.parse(text);
    if (Array.isArray(names) && names.every((name) => typeof name === 'string')) return names;
  } catch {
    // Not JSON: the message below says what is expected.
  }
  return fail('DATA_FORMAT_BROKEN', { file, format: 'safetensors', reason: 'its metadata entry "classes" is not a JSON array of names' });
}
