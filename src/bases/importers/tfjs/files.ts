import { fail } from '../../../core/index.js';
import type { HubFolder } from '../../hub/index.js';
import { parseJson } from '../json.js';
import { decodeBase64 } from './base64.js';
import type { Literal } from './literal.js';

/** Reads `model.json`, or the same wrapped as a JavaScript module. @throws IMPORT_FILE_INVALID, IMPORT_CODE */
export async function readModelJson(folder: HubFolder, entry: string): Promise<unknown> {
  const bytes = await folder.root.read(entry);
  if (!entry.endsWith('.json')) return exportOf(new TextDecoder().decode(bytes), entry, folder.source.uri);
  try {
    return parseJson(bytes);
  } catch (error) {
    return fail('IMPORT_FILE_INVALID', { file: entry, uri: folder.source.uri, format: 'JSON', reason: (error as Error).message }, error);
  }
}

/** Reads a shard of weights: the file itself, or a JavaScript module that holds it as base64. */
export async function readShard(folder: HubFolder, path: string, files: ReadonlySet<string>): Promise<Uint8Array> {
  const name = [path, `${path}.bin`, `${path}.min.js`, `${path}.js`].find((candidate) => files.has(candidate)) ?? path;
  const bytes = await folder.root.read(name);
  if (!name.endsWith('.js')) return bytes;
  const { uri } = folder.source;
  const value = await exportOf(new TextDecoder().decode(bytes), name, uri);
  const decoded = typeof value === 'string' ? decodeBase64(value) : undefined;
  return decoded ?? fail('IMPORT_FILE_INVALID', { file: name, uri, format: 'base64 weights', reason: 'it exports something else' });
}

/** The JavaScript parser is large; most pages never need it. */
async function exportOf(source: string, file: string, uri: string): Promise<Literal> {
  const { readExport } = await import('./javascript.js');
  return readExport(source, file, uri);
}
