import { bytesPerElement, type DataType, fromBytes, gatherStrided, sizeOf, stridesOf, type Tensor } from '../../../../core/index.js';

/** A tensor inside of memory that is read when it is needed. */
export interface Layout {
  readonly type: DataType;
  readonly dims: readonly number[];
  /** In elements, by dimension. */
  readonly strides: readonly number[];
  /** Elements from the start of the memory to the first. */
  readonly offset: number;
}

type ReadBytes = (offset: number, length: number) => Promise<Uint8Array>;

/** A tensor that repeats its elements may have so many times as many bytes as its memory, and what small ones need. */
const MOST_EXPANSION = 16;
const SMALL = 2 ** 24;

/** What is wrong with a tensor in memory of so many bytes, as the end of a sentence. */
export function faultOf({ type, dims, strides, offset }: Layout, byteLength: number): string | undefined {
  const width = bytesPerElement(type);
  const bytes = sizeOf(dims) * width;
  if (bytes === 0) return undefined;
  if ((offset + spanOf(dims, strides)) * width > byteLength) return `lies beyond the ${byteLength} bytes of its storage`;
  if (bytes > MOST_EXPANSION * byteLength + SMALL) return `of shape [${dims.join('×')}] repeats the ${byteLength} bytes of its storage too often`;
  return undefined;
}

/** Reads the tensor row-major: as it lies there in one piece, or gathered from where its strides lead. */
export async function readLayout({ type, dims, strides, offset }: Layout, read: ReadBytes): Promise<Tensor> {
  const width = bytesPerElement(type);
  if (isRowMajor(dims, strides)) return fromBytes(type, dims, await read(offset * width, sizeOf(dims) * width));
  const span = spanOf(dims, strides);
  return gatherStrided(fromBytes(type, [span], await read(offset * width, span * width)), dims, strides);
}

/** Elements from the first to behind the last; there is at least one. */
function spanOf(dims: readonly number[], strides: readonly number[]): number {
  return dims.reduce((sum, dim, axis) => sum + (dim - 1) * (strides[axis] ?? 0), 1);
}

/** The stride of a dimension of one element does not matter. */
function isRowMajor(dims: readonly number[], strides: readonly number[]): boolean {
  const expected = stridesOf(dims);
  return sizeOf(dims) === 0 || dims.every((dim, axis) => dim === 1 || strides[axis] === expected[axis]);
}
