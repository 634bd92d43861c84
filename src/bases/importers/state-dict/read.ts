import type { HubFolder } from '../../hub/index.js';
import { formatOf } from './formats.js';
import { withoutWrappers } from './prefixes.js';
import { readShards } from './shards.js';
import type { StateDict, Weights } from './types.js';

/**
 * Reads the headers of a weights file, whatever it is by content (safetensors, torch.save as a zip archive or in the format before that), or
 * of all files that an index (`*.index.json`) names. Nothing that a file holds is ever run.
 *
 * Names are those of the model: what DataParallel and torch.compile put before them is taken off.
 * @throws HUB_FILE_MISSING, IMPORT_FILE_INVALID, DATA_FORMAT_BROKEN; IMPORT_NOT_STATE_DICT where it holds something else
 */
export async function readWeights(folder: HubFolder, entry: string): Promise<Weights> {
  if (!entry.endsWith('.index.json')) return withoutWrappers(await readFile(folder, entry));
  const notes: string[] = [];
  const weights = await readShards(folder, entry, async (file) => {
    const shard = await readFile(folder, file);
    notes.push(...shard.notes);
    return shard.weights;
  });
  return withoutWrappers({ weights, notes });
}

/** The weights alone of {@link readWeights}. */
export async function readStateDict(folder: HubFolder, entry: string): Promise<StateDict> {
  return (await readWeights(folder, entry)).weights;
}

async function readFile(folder: HubFolder, file: string): Promise<Weights> {
  const source = await folder.root.open(file);
  const place = { file, uri: folder.source.uri };
  const read = await formatOf(source, place);
  return read(source, place);
}
