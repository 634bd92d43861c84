import { fail } from '../../../core/index.js';
import type { HubFolder } from '../../hub/index.js';
import { isObject, type JsonObject, parseJson } from '../json.js';
import type { StateDict, StoredWeight } from './types.js';

/** Reads the headers of one weights file. */
type ReadFile = (file: string) => Promise<StateDict>;

/**
 * Reads the headers of all files that an index names, in the order of its names.
 *
 * Format: `{"metadata": {…}, "weight_map": {"NAME": "FILE beside the index", …}}`, as `save_pretrained` of transformers writes it.
 * @throws IMPORT_FILE_INVALID, HUB_FILE_MISSING and the errors of the files
 */
export async function readShards(folder: HubFolder, index: string, read: ReadFile): Promise<StateDict> {
  const places = await readPlaces(folder, index);
  const beside = index.slice(0, index.lastIndexOf('/') + 1);
  const shards = new Map<string, StateDict>();
  for (const file of new Set(places.values())) shards.set(file, await read(beside + file));
  const lookUp = (name: string, file: string): StoredWeight =>
    shards.get(file)?.get(name) ?? invalid(folder, index, `it says that "${file}" holds "${name}", which it does not`);
  return new Map([...places].map(([name, file]) => [name, lookUp(name, file)]));
}

/** File names by the names of tensors. */
async function readPlaces(folder: HubFolder, index: string): Promise<ReadonlyMap<string, string>> {
  const json = await readIndex(folder, index);
  const map = json['weight_map'];
  if (!isObject(map)) return invalid(folder, index, 'it has no weight_map');
  return new Map(
    Object.entries(map).map(([name, file]) => {
      if (typeof file !== 'string' || /[\\/\0]/.test(file)) invalid(folder, index, `the place of "${name}" is not the name of a file`);
      return [name, file];
    }),
  );
}

async function readIndex(folder: HubFolder, index: string): Promise<JsonObject> {
  const bytes = await folder.root.read(index);
  try {
    const json = parseJson(bytes);
    if (isObject(json)) return json;
  } catch (error) {
    return invalid(folder, index, (error as Error).message, error);
  }
  return invalid(folder, index, 'it is not a JSON object');
}

function invalid(folder: HubFolder, file: string, reason: string, cause?: unknown): never {
  fail('IMPORT_FILE_INVALID', { file, uri: folder.source.uri, format: 'the index of a weights file', reason }, cause);
}
