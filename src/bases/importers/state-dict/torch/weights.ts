import { type DataType, fail } from '../../../../core/index.js';
import { PyObject, printable } from '../pickle/values.js';
import { invalid, type Place } from '../place.js';
import type { StoredWeight, Weights } from '../types.js';
import { dataTypeOf, widthOf } from './element-types.js';
import { faultOf, type Layout, readLayout } from './layout.js';
import { locateStateDict } from './locate.js';
import { isTensor, type TorchTensor } from './tensors.js';

/** The memory under a key. */
export interface StorageBytes {
  readonly byteLength: number;
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** @returns undefined where the file has no such storage */
type FindStorage = (key: string) => StorageBytes | undefined;

/** Names in a note at most. */
const MOST_NAMES = 5;

/**
 * The weights in what a pickle of torch.save describes.
 * @throws IMPORT_NOT_STATE_DICT, IMPORT_FILE_INVALID
 */
export function weightsOf(root: unknown, find: FindStorage, place: Place): Weights {
  const located = locateStateDict(root);
  if (typeof located === 'string') return fail('IMPORT_NOT_STATE_DICT', { ...place, content: located });
  const weights = new Map<string, StoredWeight>();
  const others: string[] = [];
  for (const [key, value] of located.dict.entries) {
    const name = typeof key === 'string' ? key : 'a key that is no text';
    if (name === key && isTensor(value)) weights.set(key, weightOf(key, value, { find, place }));
    else others.push(printable(name));
  }
  const where = located.path.length === 0 ? [] : [`The weights are those under ${located.path.map((key) => `"${printable(key)}"`).join(', ')}.`];
  return { weights, notes: [...where, ...leftOut(others)] };
}

function leftOut(names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const more = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : '';
  return [`What lies beside the weights and is no tensor was left out: ${names.slice(0, MOST_NAMES).join(', ')}${more}.`];
}

interface WeightContext {
  readonly find: FindStorage;
  readonly place: Place;
}

function weightOf(name: string, tensor: TorchTensor | PyObject, { find, place }: WeightContext): StoredWeight {
  if (tensor instanceof PyObject) return refuse(name, `is stored by ${printable(tensor.className)}`, place);
  const { storage, elementType, dims, strides, isLazy } = tensor;
  const type: DataType = dataTypeOf(elementType) ?? refuse(name, `has elements of the type ${elementType}`, place);
  if (isLazy) refuse(name, 'is a negated or conjugated view', place);
  const bytes = find(storage.key) ?? invalid(place, `the storage of "${printable(name)}" is missing`);
  const start = (storage.start * (widthOf(storage.elementType) ?? 1)) / (widthOf(elementType) ?? 1);
  const layout: Layout = { type, dims, strides, offset: start + tensor.offset };
  const fault = Number.isInteger(start) ? faultOf(layout, bytes.byteLength) : 'is not aligned in its storage';
  if (fault !== undefined) return invalid(place, `tensor "${printable(name)}" ${fault}`);
  return { type, dims, read: () => readLayout(layout, (offset, length) => bytes.read(offset, length)) };
}

function refuse(name: string, reason: string, place: Place): never {
  fail('IMPORT_WEIGHT_TYPE', { ...place, weight: printable(name), reason });
}
