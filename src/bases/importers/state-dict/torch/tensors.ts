import { PickleError } from '../pickle/errors.js';
import { PyDict, PyGlobal, PyObject, PyTuple } from '../pickle/values.js';
import { elementTypeNamed, elementTypeOfStorage, widthOf } from './element-types.js';

/** Memory that tensors share, kept outside of the pickle under its key. */
export class TorchStorage {
  constructor(
    /** PyTorch's name of the type of its elements. */
    readonly elementType: string,
    readonly key: string,
    /** Elements it has, as the pickle says. */
    readonly size: number,
    /** Elements of the memory under the key before its own. */
    readonly start: number,
  ) {}
}

/** A view of a storage. */
export class TorchTensor {
  constructor(
    readonly storage: TorchStorage,
    /** PyTorch's name of the type. */
    readonly elementType: string,
    /** Elements from the start of the storage to the first. */
    readonly offset: number,
    readonly dims: readonly number[],
    /** In elements, by dimension. */
    readonly strides: readonly number[],
    /** Whether PyTorch negates or conjugates the elements when it reads them. */
    readonly isLazy: boolean,
  ) {}
}

/** What rebuilds a tensor that is stored in a way not understood here: quantised, sparse, without memory. */
const REBUILDS = /^torch\._utils\._rebuild_|^torch\._tensor\./;

/** Whether a value is a tensor, or would be one in PyTorch. */
export function isTensor(value: unknown): value is TorchTensor | PyObject {
  return value instanceof TorchTensor || (value instanceof PyObject && REBUILDS.test(value.className));
}

/** Dimensions that PyTorch allows. */
const MOST_DIMENSIONS = 64;

type Args = readonly unknown[];

/** What PyTorch calls to make its values again, by name; an understood call makes one of the classes above. */
export const torchCalls: readonly (readonly [string, (args: Args) => unknown])[] = [
  ['torch._utils._rebuild_tensor', rebuildTensor],
  ['torch._utils._rebuild_tensor_v2', (args) => rebuildTensor(args, undefined, args[6])],
  ['torch._utils._rebuild_tensor_v3', (args) => rebuildTensor(args, args[6], args[7])],
  ['torch._utils._rebuild_parameter', ([data]) => data],
  ['torch._utils._rebuild_parameter_with_state', ([data]) => data],
  ['torch._tensor._rebuild_from_type_v2', rebuildSubclass],
  ['torch.Size', ([dims]) => dims],
];

/** What stands behind a persistent id: `('storage', TYPE, KEY, LOCATION, SIZE, VIEW?)`. @throws PickleError */
export function storageOf(id: unknown): unknown {
  const [kind, type, key, , size, view] = id instanceof PyTuple ? id.items : [];
  // A class with its source, in the format before 1.6.
  if (kind === 'module' && type instanceof PyGlobal) return type;
  if (kind !== 'storage' || !(type instanceof PyGlobal) || typeof key !== 'string' || !isCount(size))
    throw new PickleError('a storage has no valid id');
  const elementType = elementTypeOfStorage(type.name);
  if (elementType === undefined) throw new PickleError(`it has storages of the type ${type.name}`);
  return new TorchStorage(elementType, key, size, startOf(view));
}

/** Until PyTorch 0.4 a storage could be part of another: `(KEY, START, SIZE)`. */
function startOf(view: unknown): number {
  const start = view instanceof PyTuple ? view.items[1] : 0;
  return isCount(start) ? start : 0;
}

/** @param dtype where the storage does not say it */
function rebuildTensor([storage, offset, size, stride]: Args, dtype?: unknown, metadata?: unknown): unknown {
  const [dims, strides] = [countsOf(size), countsOf(stride)];
  if (!(storage instanceof TorchStorage) || !isCount(offset) || !dims || !strides || dims.length !== strides.length) return undefined;
  const elementType = dtype instanceof PyGlobal ? elementTypeNamed(dtype.name) : storage.elementType;
  if (elementType === undefined || widthOf(elementType) === undefined) return undefined;
  const isLazy = metadata instanceof PyDict && [...metadata.entries.values()].includes(true);
  return new TorchTensor(storage, elementType, offset, dims, strides, isLazy);
}

/** `(FUNCTION, CLASS, ARGUMENTS, STATE)`: a tensor with attributes. */
function rebuildSubclass([rebuild, , args]: Args): unknown {
  if (!(rebuild instanceof PyGlobal) || !(args instanceof PyTuple) || rebuild.name.endsWith('_from_type_v2')) return undefined;
  return torchCalls.find(([name]) => name === rebuild.name)?.[1](args.items);
}

function countsOf(value: unknown): readonly number[] | undefined {
  if (!(value instanceof PyTuple) || value.items.length > MOST_DIMENSIONS) return undefined;
  return value.items.every(isCount) ? value.items : undefined;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
