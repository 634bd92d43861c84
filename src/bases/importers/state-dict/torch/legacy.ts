import type { ByteSource } from '../../../../core/index.js';
import { plainCalls } from '../pickle/calls.js';
import { PickleCutOff, PickleError } from '../pickle/errors.js';
import type { Meaning } from '../pickle/machine.js';
import { unpickle } from '../pickle/unpickle.js';
import { PyList } from '../pickle/values.js';
import { invalid, type Place } from '../place.js';
import type { Weights } from '../types.js';
import { describedBy } from './describe.js';
import { widthOf } from './element-types.js';
import { storageOf, TorchStorage, torchCalls } from './tensors.js';
import { type StorageBytes, weightsOf } from './weights.js';

/** Bytes of the file that are read at first, and how many times as many then, until the pickles end in them. */
const FIRST_WINDOW = 2 ** 16;
const GROWTH = 4;
const MOST_BYTES = 2 ** 28;

interface Pickles {
  readonly root: unknown;
  /** Of the storages, in the order of the file. */
  readonly keys: readonly unknown[];
  /** By the keys of storages, what their elements are. */
  readonly elementTypes: ReadonlyMap<string, string>;
  /** Where the storages begin. */
  readonly end: number;
}

/**
 * Reads what torch.save wrote before version 1.6: the pickles of a magic number, of the version of the format (1001), of the machine, of what was
 * saved and of the keys of the storages, then each storage as the number of its elements (int64) and the elements, little-endian.
 * @throws IMPORT_NOT_STATE_DICT, IMPORT_FILE_INVALID
 */
export async function readTorchLegacy(source: ByteSource, place: Place): Promise<Weights> {
  const { root, keys, elementTypes, end } = await readPickles(source, place);
  const storages = new Map<string, StorageBytes>();
  let at = end;
  for (const key of keys) {
    const width = typeof key === 'string' ? widthOf(elementTypes.get(key) ?? '') : undefined;
    if (width === undefined || at + 8 > source.size) return invalid(place, 'its list of storages is damaged or cut off');
    const start = at + 8;
    const byteLength = width * (await readCount(source, at));
    // Not `<= size`: the count of a damaged file may be negative.
    if (!(byteLength >= 0 && start + byteLength <= source.size)) return invalid(place, 'a storage is cut off');
    storages.set(key as string, { byteLength, read: (offset, length) => source.read(start + offset, length) });
    at = start + byteLength;
  }
  return weightsOf(root, (key) => storages.get(key), place);
}

async function readCount(source: ByteSource, at: number): Promise<number> {
  const bytes = await source.read(at, 8);
  return Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigInt64(0, true));
}

/** The pickles say nowhere how long they are. */
async function readPickles(source: ByteSource, place: Place): Promise<Pickles> {
  const most = Math.min(source.size, MOST_BYTES);
  for (let window = Math.min(FIRST_WINDOW, most); ; window = Math.min(GROWTH * window, most)) {
    const bytes = await source.read(0, window);
    const pickles = describedBy(place, () => parsePickles(bytes, window < most));
    if (pickles) return pickles;
  }
}

/** @returns undefined where the bytes end too early and there are more */
function parsePickles(bytes: Uint8Array, hasMore: boolean): Pickles | undefined {
  try {
    return parse(bytes);
  } catch (error) {
    if (hasMore && error instanceof PickleCutOff) return undefined;
    throw error;
  }
}

function parse(bytes: Uint8Array): Pickles {
  const elementTypes = new Map<string, string>();
  const persistent = (id: unknown): unknown => {
    const found = storageOf(id);
    if (found instanceof TorchStorage) elementTypes.set(found.key, found.elementType);
    return found;
  };
  const meaning: Meaning = { calls: new Map([...plainCalls(), ...torchCalls]), persistent };
  const magic = unpickle(bytes, 0, meaning);
  const version = unpickle(bytes, magic.end, meaning);
  if (version.value !== 1001) throw new PickleError(`its format has the version ${String(version.value)}`);
  const machine = unpickle(bytes, version.end, meaning);
  const root = unpickle(bytes, machine.end, meaning);
  const keys = unpickle(bytes, root.end, meaning);
  if (!(keys.value instanceof PyList)) throw new PickleError('its list of storages is missing');
  return { root: root.value, keys: keys.value.items, elementTypes, end: keys.end };
}
