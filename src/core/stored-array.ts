import type { ByteSource } from './bytes.js';
import { bytesPerElement, type DataType, fromBytes, sizeOf, type Tensor } from './tensor.js';

/** A row-major, little-endian array inside a file. */
export interface StoredArray {
  readonly type: DataType;
  readonly dims: readonly number[];
  readonly source: ByteSource;
  /** Bytes from the start of the source to the first element. */
  readonly offset: number;
}

/** Bytes one row (an index of the first dimension) takes. */
function rowBytes({ type, dims }: StoredArray): number {
  return sizeOf(dims.slice(1)) * bytesPerElement(type);
}

/** Reads the whole array. */
export async function readArray({ type, dims, source, offset }: StoredArray): Promise<Tensor> {
  return fromBytes(type, dims, await source.read(offset, sizeOf(dims) * bytesPerElement(type)));
}

/** Reads `count` rows from `start` on: a tensor of shape [count, …]. */
export async function readRows(array: StoredArray, start: number, count: number): Promise<Tensor> {
  const width = rowBytes(array);
  const bytes = await array.source.read(array.offset + start * width, count * width);
  return fromBytes(array.type, [count, ...array.dims.slice(1)], bytes);
}

/** Reads one row, without the first dimension. */
export async function readRow(array: StoredArray, index: number): Promise<Tensor> {
  const { type, data } = await readRows(array, index, 1);
  return { type, dims: array.dims.slice(1), data };
}
