import { Dataset, type ready } from 'h5wasm';
import { type FloatType, fail, fromBytes, sizeOf, type Tensor, toFloat32 } from '../../../core/index.js';
import { invalid, type KerasFile } from './file.js';

/** The library, loaded. */
export type H5Module = Awaited<typeof ready>;

/** No deflated byte unpacks to more bytes. */
const MOST_EXPANSION = 1032;
/** HDF5's classes of floating-point types and of bytes without meaning, as which Python writes bfloat16. */
const FLOAT = 1;
const OPAQUE = 5;
/** How much is read at a time: the library's memory grows to it and never shrinks again. */
const SLAB_BYTES = 2 ** 22;

/** Whether it holds floating-point numbers. */
export function isWeight(entity: unknown): entity is Dataset {
  return entity instanceof Dataset && typeOf(entity) !== undefined;
}

/** The dimensions of a dataset of floating-point numbers. */
export function dimsOf(entity: unknown): readonly number[] | undefined {
  return isWeight(entity) ? (entity.metadata.shape ?? undefined) : undefined;
}

function typeOf({ metadata: { type, size, littleEndian } }: Dataset): FloatType | undefined {
  if (type === OPAQUE) return size === 2 ? 'bfloat16' : undefined;
  if (type !== FLOAT || !littleEndian) return undefined;
  return size === 2 ? 'float16' : size === 4 ? 'float32' : size === 8 ? 'float64' : undefined;
}

/** A dataset as float32. @throws IMPORT_FILE_INVALID, IMPORT_FORMAT_UNSUPPORTED */
export function readDataset(source: KerasFile, library: H5Module, dataset: unknown, fileBytes: number): Tensor | undefined {
  if (!(dataset instanceof Dataset)) return undefined;
  const { shape, size } = dataset.metadata;
  const type = typeOf(dataset);
  if (!shape || type === undefined) return otherType(source, dataset);
  // A dataset need not be stored to have a size: one that is larger than its file is made to exhaust memory.
  const most = fileBytes * (dataset.filters.length > 0 ? MOST_EXPANSION : 1);
  if (sizeOf(shape) * size > most) return invalid(source, `the weight ${dataset.path} claims more bytes than the file can hold`);
  return { type: 'float32', dims: shape, data: readSlabs(library, dataset, shape, type) };
}

/** Reads some rows of the first axis at a time. */
function readSlabs(library: H5Module, dataset: Dataset, shape: readonly number[], type: FloatType): Float32Array {
  const data = new Float32Array(sizeOf(shape));
  const [rows = 1, ...rest] = shape;
  const rowBytes = sizeOf(rest) * dataset.metadata.size;
  const most = Math.max(1, Math.floor(SLAB_BYTES / Math.max(rowBytes, 1)));
  for (let start = 0; start < rows && data.length > 0; start += most) {
    const dims = [Math.min(most, rows - start), ...rest];
    const slab = shape.length === 0 ? undefined : { start, dims };
    readSlab(library, dataset, slab, sizeOf(dims) * dataset.metadata.size, (bytes) => {
      data.set(toFloat32(fromBytes(type, dims, bytes)).data as Float32Array, start * sizeOf(rest));
    });
  }
  return data;
}

interface Slab {
  readonly start: number;
  readonly dims: readonly number[];
}

/** Lends the stored bytes of a part, or of a scalar, without a copy; the library's own function makes one and refuses numbers of 16 bits. */
function readSlab(library: H5Module, dataset: Dataset, slab: Slab | undefined, length: number, use: (bytes: Uint8Array) => void): void {
  const at = library._malloc(length);
  if (at === 0) throw new Error(`no memory for ${length} bytes`);
  try {
    const count = slab?.dims.map(BigInt) ?? null;
    const offset = slab?.dims.map((_, axis) => BigInt(axis === 0 ? slab.start : 0)) ?? null;
    const strides = slab?.dims.map(() => 1n) ?? null;
    library.get_dataset_data(dataset.file_id, dataset.path, count, offset, strides, BigInt(at));
    use(library.HEAPU8.subarray(at, at + length));
  } finally {
    library._free(at);
  }
}

function otherType({ uri }: KerasFile, { path, dtype }: Dataset): never {
  const format = `a Keras model whose weight ${path} is of the type ${typeof dtype === 'string' ? dtype : 'compound'}`;
  return fail('IMPORT_FORMAT_UNSUPPORTED', { uri, format, supported: 'weights of the types float16, bfloat16, float32 and float64' });
}
