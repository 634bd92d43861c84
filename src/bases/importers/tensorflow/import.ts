import type { HubFolder } from '../../hub/index.js';
import type { Import, ImportHints } from '../types.js';
import { convertGraph } from './convert.js';
import { readCheckpoint, readGraphDef, readSavedModel, type TfReading } from './read/index.js';

/**
 * Reads a TensorFlow model and converts it.
 * @throws IMPORT_FILE_INVALID, IMPORT_FORMAT_UNSUPPORTED, IMPORT_SIGNATURE and others of the readers; what {@link convertGraph} throws
 */
export async function importTensorflow(folder: HubFolder, entry: string, { signature }: ImportHints): Promise<Import> {
  const { graph, notes } = await readerOf(entry)(folder, entry, signature);
  const converted = convertGraph(graph);
  return { ...converted, notes: [...notes, ...converted.notes] };
}

function readerOf(entry: string): (folder: HubFolder, entry: string, signature: string | undefined) => Promise<TfReading> {
  if (/(?:^|\/)saved_model\.pb$/.test(entry)) return readSavedModel;
  return /\.(?:pb|pbtxt)$/.test(entry) ? readGraphDef : readCheckpoint;
}
