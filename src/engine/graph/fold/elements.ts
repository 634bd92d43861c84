import { allocate, type DataType, fromNumbers, sizeOf, type Tensor, toNumbers } from '../../../core/index.js';
import type { TensorType } from '../model.js';

export type Element = number | bigint;
export type Elements = ArrayLike<Element>;

/** Whether elements of `type` are bigints. */
export function isWide(type: DataType): boolean {
  return type === 'int64' || type === 'uint64';
}

function isHalf(type: DataType): boolean {
  return type === 'float16' || type === 'bfloat16';
}

/** The elements as numbers, or as bigints for 64-bit integers. */
export function elementsOf(source: Tensor): Elements {
  return isHalf(source.type) ? toNumbers(source) : source.data;
}

/** A tensor of `values`, rounded to a float type or wrapped to an integer type as C does. */
export function fromElements({ type, dims }: TensorType, values: Elements): Tensor {
  if (isHalf(type)) return fromNumbers(type, dims, values as ArrayLike<number>);
  const data = allocate(type, values.length);
  for (let i = 0; i < values.length; i++) data[i] = values[i] as Element;
  return { type, dims, data };
}

/** The same elements in another shape; the memory is shared. */
export function withDims(source: Tensor, dims: readonly number[]): Tensor {
  return { type: source.type, dims, data: source.data };
}

/** Row-major strides, in elements. */
export function stridesOf(dims: readonly number[]): number[] {
  const strides = dims.map(() => 1);
  for (let axis = dims.length - 2; axis >= 0; axis--) strides[axis] = (strides[axis + 1] as number) * (dims[axis + 1] as number);
  return strides;
}

/** The offset of every element of a strided view of shape `dims`, in row-major order. */
export function positions(dims: readonly number[], strides: readonly number[], start = 0): Int32Array {
  const result = new Int32Array(sizeOf(dims));
  const index = dims.map(() => 0);
  let offset = start;
  for (let i = 0; i < result.length; i++) {
    result[i] = offset;
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      const [dim, stride, next] = [dims[axis] as number, strides[axis] as number, (index[axis] as number) + 1];
      offset += stride;
      index[axis] = next;
      if (next < dim) break;
      offset -= stride * dim;
      index[axis] = 0;
    }
  }
  return result;
}

/** The offset in a tensor of shape `from` of every element of its broadcast to the shape `to`. */
export function broadcastPositions(from: readonly number[], to: readonly number[]): Int32Array {
  const strides = stridesOf(from);
  const lead = to.length - from.length;
  return positions(
    to,
    to.map((_, axis) => (axis < lead || from[axis - lead] === 1 ? 0 : (strides[axis - lead] as number))),
  );
}

/** The elements of `source` at `offsets`, as a tensor of shape `dims`. */
export function take(source: Tensor, dims: readonly number[], offsets: ArrayLike<number>): Tensor {
  const data = allocate(source.type, offsets.length);
  for (let i = 0; i < offsets.length; i++) data[i] = source.data[offsets[i] as number] as Element;
  return { type: source.type, dims, data };
}

/** `dims` around `axis`: how many slices come before it, and how many elements lie behind it. */
export function around(dims: readonly number[], axis: number): { readonly outer: number; readonly dim: number; readonly inner: number } {
  return { outer: sizeOf(dims.slice(0, axis)), dim: dims[axis] ?? 1, inner: sizeOf(dims.slice(axis + 1)) };
}

export function smaller(a: bigint, b: bigint): bigint {
  if (a < b) return a;
  return b;
}

export function larger(a: bigint, b: bigint): bigint {
  if (a > b) return a;
  return b;
}
