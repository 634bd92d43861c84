import { fail, type SyncBytes, type Unzipped, unzip } from '../../../core/index.js';
import type { Json } from '../json.js';
import { invalid, type KerasFile, parseJson } from './file.js';

/** The parts of a `.keras` archive. */
export interface Archive {
  /** The model's layers, `config.json`. */
  readonly config: Json;
  /** Who saved it, `metadata.json`. */
  readonly metadata: Json;
  /** An HDF5 file, `model.weights.h5`. */
  readonly weights: SyncBytes;
}

const CONFIG = 'config.json';
const METADATA = 'metadata.json';
const WEIGHTS = 'model.weights.h5';
const PARTS: ReadonlySet<string> = new Set([CONFIG, METADATA, WEIGHTS]);

/** Most bytes the parts may unpack to, which HDF5's library addresses with 32 bits. */
const MOST_BYTES = 2 ** 31;

/**
 * Finds the three parts, and unpacks into memory what is packed of them.
 * @throws IMPORT_FILE_INVALID; IMPORT_FORMAT_UNSUPPORTED where the weights are not one HDF5 file
 */
export function readArchive(source: KerasFile, bytes: SyncBytes): Archive {
  const { files, names } = unpack(source, bytes);
  const text = (name: string): Uint8Array => files.get(name)?.whole() ?? invalid(source, `the archive holds no ${name}`);
  const config = parseJson(source, text(CONFIG), CONFIG);
  const metadata = parseJson(source, text(METADATA), METADATA);
  return { config, metadata, weights: files.get(WEIGHTS) ?? noWeights(source, names) };
}

function unpack(source: KerasFile, bytes: SyncBytes): Unzipped {
  try {
    return unzip(bytes, (name) => PARTS.has(name), MOST_BYTES);
  } catch (cause) {
    return invalid(source, `the archive is damaged or cut off (${(cause as Error).message})`, cause);
  }
}

function noWeights(source: KerasFile, names: readonly string[]): never {
  const other = names.find((name) => name.startsWith('model.weights'));
  if (other === undefined) return invalid(source, `the archive holds no ${WEIGHTS}`);
  const format = `a .keras archive with its weights in ${other}`;
  return fail('IMPORT_FORMAT_UNSUPPORTED', { uri: source.uri, format, supported: `.keras archives with ${WEIGHTS}` });
}
