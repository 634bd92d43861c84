import { allocate, sizeOf, type Tensor } from '../../../../../core/index.js';
import { keyOf } from './table.js';

/** A part of a tensor, by axis; `length` -1 for the whole axis, which begins at 0. */
export type Slice = readonly { readonly start: number; readonly length: number }[];

/** Two bytes that have a meaning of their own in keys. */
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\x00', '\x00\xff'],
  ['\xff', '\xff\x00'],
]);

/**
 * The key of a part of a variable.
 * Source: EncodeTensorNameSlice in tensorflow/core/util/saved_tensor_slice_util.cc and tensorflow/core/lib/strings/ordered_code.cc
 */
export function sliceKey(name: string, slice: Slice): string {
  const escaped = Array.from(keyOf(new TextEncoder().encode(name)), (char) => ESCAPES.get(char) ?? char).join('');
  const numbers = slice.flatMap(({ start, length }) => [orderedInteger(start), orderedInteger(length)]);
  return `${orderedCount(0)}${escaped}\x00\x01${orderedCount(slice.length)}${numbers.join('')}`;
}

/** The number of bytes, then the bytes of a small natural number, the highest first. */
function orderedCount(value: number): string {
  return value === 0 ? '\x00' : `\x01${String.fromCharCode(value)}`;
}

/** A signed integer whose encodings sort as the numbers do: its sign bit turned, the number of bytes in front as ones. */
function orderedInteger(value: number): string {
  const magnitude = BigInt(value < 0 ? ~value : value);
  if (magnitude < 64n) return String.fromCharCode(0x80 ^ (value & 0xff));
  let length = 2;
  while (magnitude >= 1n << BigInt(7 * length - 1)) length++;
  const header = ((1n << BigInt(length)) - 1n) << BigInt(7 * length);
  let bits = BigInt.asUintN(8 * length, BigInt(value)) ^ header;
  let text = '';
  for (let i = 0; i < length; i++, bits >>= 8n) text = String.fromCharCode(Number(bits & 0xffn)) + text;
  return text;
}

/** The shape of a part. @throws RangeError where it does not lie in `dims` */
export function sliceDims(slice: Slice, dims: readonly number[]): number[] {
  if (slice.length !== dims.length) throw new RangeError(`a part has ${slice.length} dimensions, the whole ${dims.length}`);
  return dims.map((dim, axis) => {
    const { start = 0, length = 0 } = slice[axis] ?? {};
    if (length === -1 && start === 0) return dim;
    if (start < 0 || length < 0 || start + length > dim) throw new RangeError(`a part reaches from ${start} over ${length} of ${dim}`);
    return length;
  });
}

/** Puts parts together. @throws RangeError */
export function joinSlices(
  type: Tensor['type'],
  dims: readonly number[],
  parts: readonly { readonly slice: Slice; readonly tensor: Tensor }[],
): Tensor {
  const sum = parts.reduce((total, { tensor }) => total + tensor.data.length, 0);
  if (sum !== sizeOf(dims)) throw new RangeError(`its parts hold ${sum} elements of ${sizeOf(dims)}`);
  const data = allocate(type, sizeOf(dims));
  for (const { slice, tensor } of parts) {
    for (const { whole, part, length } of runs(slice, dims)) {
      for (let i = 0; i < length; i++) data[whole + i] = tensor.data[part + i] as number | bigint;
    }
  }
  return { type, dims, data };
}

/** One part of a tensor. @throws RangeError */
export function cutSlice(tensor: Tensor, slice: Slice): Tensor {
  const dims = sliceDims(slice, tensor.dims);
  const data = allocate(tensor.type, sizeOf(dims));
  for (const { whole, part, length } of runs(slice, tensor.dims)) {
    for (let i = 0; i < length; i++) data[part + i] = tensor.data[whole + i] as number | bigint;
  }
  return { type: tensor.type, dims, data };
}

/** The rows along the last axis that a part shares with the whole. */
function* runs(slice: Slice, dims: readonly number[]): Generator<{ readonly whole: number; readonly part: number; readonly length: number }> {
  const sizes = sliceDims(slice, dims);
  const length = sizes.at(-1) ?? 1;
  const rows = length === 0 ? 0 : sizeOf(sizes) / length;
  for (let row = 0; row < rows; row++) {
    let [rest, whole, stride] = [row, slice.at(-1)?.start ?? 0, dims.at(-1) ?? 1];
    for (let axis = dims.length - 2; axis >= 0; axis--) {
      const size = sizes[axis] as number;
      whole += ((slice[axis]?.start ?? 0) + (rest % size)) * stride;
      rest = Math.floor(rest / size);
      stride *= dims[axis] as number;
    }
    yield { whole, part: row * length, length };
  }
}
