import { type ByteSource, bytesPerElement, type DataType, fail, sizeOf } from '../../../core/index.js';

/** The element types whose byte order does not matter; IDX is big-endian. */
const TYPES: Readonly<Record<number, DataType>> = { 8: 'uint8', 9: 'int8' };

export interface IdxArray {
  readonly type: DataType;
  readonly dims: readonly number[];
  /** Bytes from the start of the file to the first element. */
  readonly offset: number;
}

/**
 * Reads the header of an IDX file and checks it against the file's size. Format: http://yann.lecun.com/exdb/mnist/
 * @throws DATA_FORMAT_BROKEN
 */
export async function readIdxHeader(source: ByteSource, file: string): Promise<IdxArray> {
  const start = await source.read(0, Math.min(4, source.size));
  const [zero, alsoZero, code, rank] = start;
  if (zero !== 0 || alsoZero !== 0 || code === undefined || rank === undefined) return broken(file, 'it does not start with the IDX magic number');
  const type = TYPES[code];
  if (type === undefined) return broken(file, `its element type 0x${code.toString(16)} is not an 8-bit integer`);
  const offset = 4 + rank * 4;
  if (source.size < offset) return broken(file, 'it ends within its header');
  const header = await source.read(4, rank * 4);
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  const dims = Array.from({ length: rank }, (_, axis) => view.getUint32(axis * 4));
  const needed = offset + sizeOf(dims) * bytesPerElement(type);
  if (source.size !== needed) broken(file, `its shape [${dims.join('×')}] needs ${needed} bytes, but it has ${source.size}`);
  return { type, dims, offset };
}

function broken(file: string, reason: string): never {
  fail('DATA_FORMAT_BROKEN', { file, format: 'IDX', reason });
}
