import { type ByteSource, bytesPerElement, type DataType, fail, type StoredArray, sizeOf } from '../../../core/index.js';

/** NumPy's names of element types, little-endian or without byte order. */
const TYPES: Readonly<Record<string, DataType>> = {
  '<f8': 'float64',
  '<f4': 'float32',
  '<f2': 'float16',
  '<i8': 'int64',
  '<i4': 'int32',
  '<i2': 'int16',
  '|i1': 'int8',
  '<u8': 'uint64',
  '<u4': 'uint32',
  '<u2': 'uint16',
  '|u1': 'uint8',
  '|b1': 'bool',
};
const MAGIC = '\x93NUMPY';
const MAX_HEADER_BYTES = 1_000_000;

/**
 * Finds the array inside `.npy` bytes. Pickled objects are refused.
 *
 * Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 * @param start, length where the `.npy` lies in the source
 * @throws DATA_FORMAT_BROKEN
 */
export async function openNpy(source: ByteSource, start: number, length: number, file: string): Promise<StoredArray> {
  const { text, size } = await readHeader(source, start, length, file);
  const name = text.match(/'descr'\s*:\s*'([^']+)'/)?.[1] ?? '';
  const type = Object.hasOwn(TYPES, name) ? TYPES[name] : undefined;
  if (type === undefined) return broken(file, `its element type ${name || 'is missing or'} is not a little-endian number`);
  const shape = text.match(/'shape'\s*:\s*\(([\d,\s]*)\)/)?.[1];
  if (shape === undefined) return broken(file, 'its header has no shape');
  const dims = shape
    .split(',')
    .filter((dim) => dim.trim() !== '')
    .map(Number);
  if (/'fortran_order'\s*:\s*True/.test(text) && dims.length > 1) return broken(file, 'it is in Fortran order; save it with numpy.ascontiguousarray');
  const needed = size + sizeOf(dims) * bytesPerElement(type);
  if (needed !== length) return broken(file, `its shape [${dims.join('×')}] needs ${needed} bytes, but it has ${length}`);
  return { type, dims, source, offset: start + size };
}

/** The header's text and the bytes up to its end. */
async function readHeader(source: ByteSource, start: number, length: number, file: string): Promise<{ text: string; size: number }> {
  const prefix = await source.read(start, Math.min(12, length));
  if (length < 12 || decode(prefix.subarray(0, 6)) !== MAGIC) return broken(file, 'it does not start with the NumPy magic number');
  const view = new DataView(prefix.buffer, prefix.byteOffset, prefix.byteLength);
  const old = view.getUint8(6) === 1;
  const begin = old ? 10 : 12;
  const headerBytes = old ? view.getUint16(8, true) : view.getUint32(8, true);
  if (headerBytes > MAX_HEADER_BYTES || begin + headerBytes > length) return broken(file, 'it ends within its header');
  return { text: decode(await source.read(start + begin, headerBytes)), size: begin + headerBytes };
}

function decode(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

function broken(file: string, reason: string): never {
  fail('DATA_FORMAT_BROKEN', { file, format: 'NumPy', reason });
}
