import { type ByteSource, joinBytes } from './bytes.js';
import { fail } from './errors.js';
import { rowOf } from './row.js';
import type { StoredArray } from './stored-array.js';
import { bytesOf, bytesPerElement, type DataType, fromBytes, sizeOf, type Tensor, tensor } from './tensor.js';

/** Largest header the reference implementation accepts. */
const MAX_HEADER_BYTES = 100_000_000;
/** The header is padded so that tensor data starts at a multiple of this. */
const ALIGNMENT = 8;

const TYPES: Readonly<Record<string, DataType>> = {
  F64: 'float64',
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
  I64: 'int64',
  I32: 'int32',
  I16: 'int16',
  I8: 'int8',
  U64: 'uint64',
  U32: 'uint32',
  U16: 'uint16',
  U8: 'uint8',
  BOOL: 'bool',
};
const NAMES = Object.fromEntries(Object.entries(TYPES).map(([name, type]) => [type, name])) as Record<DataType, string>;

export interface Safetensors {
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** The free text of `__metadata__`. */
  readonly metadata: ReadonlyMap<string, string>;
}

interface Entry {
  readonly type: DataType;
  readonly dims: readonly number[];
  /** Bytes from the start of the data part. */
  readonly begin: number;
  readonly end: number;
}

interface Header {
  readonly entries: ReadonlyMap<string, Entry>;
  readonly metadata: ReadonlyMap<string, string>;
  /** Where the data part starts in the file. */
  readonly dataStart: number;
}

/**
 * Reads a whole `.safetensors` file; the tensors are views of `bytes` wherever their alignment allows it.
 *
 * Format: https://github.com/huggingface/safetensors#format
 * @param file name for messages
 * @throws DATA_FORMAT_BROKEN on a truncated file, an absurd header, overlapping tensors, holes or an unknown element type.
 */
export function readSafetensors(bytes: Uint8Array, file = 'safetensors'): Safetensors {
  const header = parseHeader(headerText(bytes, bytes.byteLength, file), bytes.byteLength, file);
  const tensors = new Map<string, Tensor>();
  for (const [name, entry] of header.entries) {
    const data = bytes.subarray(header.dataStart + entry.begin, header.dataStart + entry.end);
    tensors.set(name, fromBytes(entry.type, entry.dims, data));
  }
  return { tensors, metadata: header.metadata };
}

/**
 * Reads only the header: where each tensor lies. The source stays in use by the arrays.
 * @throws DATA_FORMAT_BROKEN like {@link readSafetensors}
 */
export async function openSafetensors(
  source: ByteSource,
  file = 'safetensors',
): Promise<{ readonly arrays: ReadonlyMap<string, StoredArray>; readonly metadata: ReadonlyMap<string, string> }> {
  const prefix = await source.read(0, Math.min(8, source.size));
  const length = headerLength(prefix, source.size, file);
  const header = parseHeader(headerText(await source.read(0, 8 + length), source.size, file), source.size, file);
  const arrays = new Map<string, StoredArray>();
  for (const [name, { type, dims, begin }] of header.entries) arrays.set(name, { type, dims, source, offset: header.dataStart + begin });
  return { arrays, metadata: header.metadata };
}

/** The bytes of a `.safetensors` file in parts: the header, then each tensor's own memory. Names keep the order of the reference writer. */
export function* safetensorsChunks(
  tensors: Iterable<readonly [string, Tensor]>,
  metadata: Iterable<readonly [string, string]> = [],
): Generator<Uint8Array> {
  const sorted = [...tensors].sort(([a, x], [b, y]) => bytesPerElement(y.type) - bytesPerElement(x.type) || (a < b ? -1 : 1));
  yield encodeHeader(sorted, Object.fromEntries(metadata));
  for (const [, { type, dims, data }] of sorted) yield bytesOf(tensor(type, dims, data));
}

/** A whole `.safetensors` file in memory. */
export function writeSafetensors(
  tensors: Iterable<readonly [string, Tensor]>,
  metadata?: Iterable<readonly [string, string]>,
): Uint8Array<ArrayBuffer> {
  return joinBytes([...safetensorsChunks(tensors, metadata)]);
}

function encodeHeader(tensors: readonly (readonly [string, Tensor])[], metadata: Record<string, string>): Uint8Array {
  const fields: [string, unknown][] = Object.keys(metadata).length > 0 ? [['__metadata__', metadata]] : [];
  let offset = 0;
  for (const [name, { type, dims, data }] of tensors) {
    fields.push([name, { dtype: NAMES[type], shape: dims, data_offsets: [offset, offset + data.byteLength] }]);
    offset += data.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(fields)));
  const length = Math.ceil(json.byteLength / ALIGNMENT) * ALIGNMENT;
  const header = new Uint8Array(8 + length).fill(0x20);
  new DataView(header.buffer).setBigUint64(0, BigInt(length), true);
  header.set(json, 8);
  return header;
}

function headerLength(prefix: Uint8Array, fileSize: number, file: string): number {
  if (prefix.byteLength < 8) broken(file, `it has ${prefix.byteLength} bytes, fewer than the 8 of a header length`);
  const length = Number(new DataView(prefix.buffer, prefix.byteOffset).getBigUint64(0, true));
  if (length > MAX_HEADER_BYTES) broken(file, `its header claims ${length} bytes, more than the ${MAX_HEADER_BYTES} allowed`);
  if (8 + length > fileSize) broken(file, `its header claims ${length} bytes, but the file has ${fileSize}`);
  return length;
}

function headerText(bytes: Uint8Array, fileSize: number, file: string): { json: unknown; dataStart: number } {
  const length = headerLength(bytes, fileSize, file);
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, 8 + length));
    return { json: JSON.parse(text), dataStart: 8 + length };
  } catch (error) {
    return broken(file, 'its header is not JSON', error);
  }
}

function parseHeader({ json, dataStart }: { json: unknown; dataStart: number }, fileSize: number, file: string): Header {
  if (!isRecord(json)) return broken(file, 'its header is not a JSON object');
  const entries = new Map<string, Entry>();
  const metadata = new Map<string, string>();
  for (const [name, value] of Object.entries(json)) {
    if (name !== '__metadata__') entries.set(name, parseEntry(name, value, file));
    else if (isRecord(value)) for (const [key, text] of Object.entries(value)) if (typeof text === 'string') metadata.set(key, text);
  }
  checkCoverage(entries, fileSize - dataStart, file);
  return { entries, metadata, dataStart };
}

function parseEntry(name: string, value: unknown, file: string): Entry {
  if (!isRecord(value)) return broken(file, `the header entry "${name}" is not an object`);
  const dtype = typeof value.dtype === 'string' ? value.dtype : '';
  const type = rowOf(TYPES, dtype);
  if (type === undefined) return broken(file, `tensor "${name}" has the unknown element type "${dtype}"`);
  const dims = value.shape;
  if (!isCounts(dims)) return broken(file, `tensor "${name}" has no valid shape`);
  const offsets = value.data_offsets;
  if (!isCounts(offsets) || offsets.length !== 2) return broken(file, `tensor "${name}" has no valid data_offsets`);
  const [begin, end] = offsets as [number, number];
  const needed = sizeOf(dims) * bytesPerElement(type);
  if (end - begin !== needed) broken(file, `tensor "${name}" of shape [${dims.join('×')}] needs ${needed} bytes, but has ${end - begin}`);
  return { type, dims, begin, end };
}

/** Tensors must follow each other without gap or overlap and fill the file, as in the reference implementation. */
function checkCoverage(entries: ReadonlyMap<string, Entry>, dataBytes: number, file: string): void {
  let position = 0;
  for (const [name, { begin, end }] of [...entries].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end)) {
    if (begin < position) broken(file, `tensor "${name}" overlaps another`);
    if (begin > position) broken(file, `there are ${begin - position} unused bytes before tensor "${name}"`);
    position = end;
  }
  if (position > dataBytes) broken(file, `it is truncated: its tensors need ${position} bytes, but ${dataBytes} are there`);
  if (position < dataBytes) broken(file, `there are ${dataBytes - position} unused bytes at its end`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((count) => Number.isSafeInteger(count) && count >= 0);
}

function broken(file: string, reason: string, cause?: unknown): never {
  fail('DATA_FORMAT_BROKEN', { file, format: 'safetensors', reason }, cause);
}
