import { Unzip, UnzipInflate } from 'fflate';
import { fail, RegraftError } from '../../../core/index.js';
import type { Json } from '../json.js';
import { invalid, type KerasFile, parseJson } from './file.js';

/** The parts of a `.keras` archive. */
export interface Archive {
  /** The model's layers, `config.json`. */
  readonly config: Json;
  /** Who saved it, `metadata.json`. */
  readonly metadata: Json;
  /** An HDF5 file, `model.weights.h5`. */
  readonly weights: Uint8Array;
}

const CONFIG = 'config.json';
const METADATA = 'metadata.json';
const WEIGHTS = 'model.weights.h5';
const PARTS: ReadonlySet<string> = new Set([CONFIG, METADATA, WEIGHTS]);

/** Most bytes the parts may unpack to, which HDF5's library addresses with 32 bits. */
const MOST_BYTES = 2 ** 31;
/** Weights hardly shrink, and Keras does not even try: an archive that claims so many times its size, and more than small ones need, is made to exhaust memory. */
const MOST_EXPANSION = 16;
const SMALL = 2 ** 24;

/**
 * Unpacks the three parts in memory; whatever else the archive holds stays packed.
 * @throws IMPORT_FILE_INVALID; IMPORT_FORMAT_UNSUPPORTED where the weights are not one HDF5 file
 */
export function readArchive(source: KerasFile, bytes: Uint8Array): Archive {
  const { parts, names } = unpack(source, bytes);
  const text = (name: string): Uint8Array => parts[name] ?? invalid(source, `the archive holds no ${name}`);
  const config = parseJson(source, text(CONFIG), CONFIG);
  const metadata = parseJson(source, text(METADATA), METADATA);
  return { config, metadata, weights: parts[WEIGHTS] ?? noWeights(source, names) };
}

/** What is inflated at a time: it may unpack to a thousand times as much before its size shows. */
const SLICE = 2 ** 14;

/** Unpacks piece by piece: what an archive claims to hold may be less than what it unpacks to. */
function unpack(source: KerasFile, bytes: Uint8Array): { readonly parts: Readonly<Record<string, Uint8Array>>; readonly names: readonly string[] } {
  const names: string[] = [];
  const parts: Record<string, Uint8Array> = {};
  const most = Math.min(MOST_BYTES, SMALL + MOST_EXPANSION * bytes.byteLength);
  let total = 0;
  const unzip = new Unzip((file) => {
    names.push(file.name);
    if (!PARTS.has(file.name)) return;
    const chunks: Uint8Array[] = [];
    file.ondata = (error, chunk, isLast) => {
      if (error) throw error;
      total += chunk.byteLength;
      if (total > most) invalid(source, `its parts unpack to more than ${most} bytes`);
      chunks.push(chunk);
      if (isLast) parts[file.name] = joined(chunks);
    };
    file.start();
  });
  unzip.register(UnzipInflate);
  try {
    for (let at = 0; at < bytes.byteLength; at += SLICE) unzip.push(bytes.subarray(at, at + SLICE), at + SLICE >= bytes.byteLength);
  } catch (cause) {
    if (cause instanceof RegraftError) throw cause;
    return invalid(source, 'the archive is damaged or cut off', cause);
  }
  return { parts, names };
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const [only, ...more] = chunks;
  if (only && more.length === 0) return only;
  const whole = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0));
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return whole;
}

function noWeights(source: KerasFile, names: readonly string[]): never {
  const other = names.find((name) => name.startsWith('model.weights'));
  if (other === undefined) return invalid(source, `the archive holds no ${WEIGHTS}`);
  const format = `a .keras archive with its weights in ${other}`;
  return fail('IMPORT_FORMAT_UNSUPPORTED', { uri: source.uri, format, supported: `.keras archives with ${WEIGHTS}` });
}
