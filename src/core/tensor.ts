import { fail } from './errors.js';

/** Bytes an element takes in memory, by ONNX element type. Sub-byte and 8-bit float types are kept packed, as raw bytes. */
const ELEMENT = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Uint16Array,
  bfloat16: Uint16Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  bool: Uint8Array,
} as const;

export type DataType = keyof typeof ELEMENT;
export type TensorData =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array;
export type FloatType = 'float16' | 'bfloat16' | 'float32' | 'float64';

/** A dense, row-major array of numbers. `float16` and `bfloat16` hold their bit patterns; `bool` holds 0 and 1. */
export interface Tensor {
  readonly type: DataType;
  readonly dims: readonly number[];
  readonly data: TensorData;
}

export function isFloat(type: DataType): type is FloatType {
  return type === 'float32' || type === 'float64' || type === 'float16' || type === 'bfloat16';
}

export function isDataType(name: string): name is DataType {
  return Object.hasOwn(ELEMENT, name);
}

/** Number of elements of a shape; 1 for a scalar (`[]`). */
export function sizeOf(dims: readonly number[]): number {
  let size = 1;
  for (const dim of dims) size *= dim;
  return size;
}

export function bytesPerElement(type: DataType): number {
  return ELEMENT[type].BYTES_PER_ELEMENT;
}

export function byteLength(tensor: Tensor): number {
  return tensor.data.byteLength;
}

/** A zero-filled typed array for `size` elements of `type`. */
export function allocate(type: DataType, size: number): TensorData {
  return new ELEMENT[type](size);
}

/** @throws TENSOR_SIZE when the data does not fill the shape exactly. */
export function tensor(type: DataType, dims: readonly number[], data: TensorData): Tensor {
  if (data.length !== sizeOf(dims)) fail('TENSOR_SIZE', { dims: dims.join('×'), expected: sizeOf(dims), actual: data.length });
  return { type, dims, data };
}

export function zeros(type: DataType, dims: readonly number[]): Tensor {
  return { type, dims, data: allocate(type, sizeOf(dims)) };
}

export function float32(dims: readonly number[], values: ArrayLike<number>): Tensor {
  return tensor('float32', dims, values instanceof Float32Array ? values : Float32Array.from(values));
}

export function int64(dims: readonly number[], values: ArrayLike<number>): Tensor {
  return tensor('int64', dims, BigInt64Array.from(Array.from(values, (value) => BigInt(value))));
}

export function scalar(type: DataType, value: number): Tensor {
  return fromNumbers(type, [], [value]);
}

/** Rounds `values` to `type`. 64-bit integers are clamped to their range. */
export function fromNumbers(type: DataType, dims: readonly number[], values: ArrayLike<number>): Tensor {
  const data = allocate(type, values.length);
  for (let i = 0; i < values.length; i++) data[i] = encodeElement(type, values[i] as number);
  return tensor(type, dims, data);
}

/** The elements as JavaScript numbers; 64-bit integers beyond 2^53 lose precision. */
export function toNumbers(source: Tensor): number[] {
  return Array.from(source.data as ArrayLike<number | bigint>, (element) => decodeElement(source.type, element));
}

/** The same elements as `float32`; the same array when they already are. */
export function toFloat32(source: Tensor): Tensor {
  if (source.type === 'float32') return source;
  const data = new Float32Array(source.data.length);
  for (let i = 0; i < data.length; i++) data[i] = decodeElement(source.type, source.data[i] as number | bigint);
  return { type: 'float32', dims: source.dims, data };
}

export function cast(source: Tensor, type: DataType): Tensor {
  return source.type === type ? source : fromNumbers(type, source.dims, toNumbers(source));
}

/** The tensor's memory as bytes, without copying. */
export function bytesOf(source: Tensor): Uint8Array {
  return new Uint8Array(source.data.buffer, source.data.byteOffset, source.data.byteLength);
}

/** Little-endian bytes as a typed array: a view where alignment allows it, one copy otherwise. */
export function fromBytes(type: DataType, dims: readonly number[], bytes: Uint8Array): Tensor {
  const Array_ = ELEMENT[type];
  const width = Array_.BYTES_PER_ELEMENT;
  if (bytes.byteLength !== sizeOf(dims) * width) {
    fail('TENSOR_SIZE', { dims: dims.join('×'), expected: sizeOf(dims), actual: bytes.byteLength / width });
  }
  // Not `slice`: on a Node Buffer that is a view.
  const aligned = bytes.byteOffset % width === 0 ? bytes : new Uint8Array(bytes);
  return { type, dims, data: new Array_(aligned.buffer as ArrayBuffer, aligned.byteOffset, bytes.byteLength / width) };
}

function encodeElement(type: DataType, value: number): number | bigint {
  switch (type) {
    case 'int64':
      return BigInt.asIntN(64, clampBig(value, -(2n ** 63n), 2n ** 63n - 1n));
    case 'uint64':
      return BigInt.asUintN(64, clampBig(value, 0n, 2n ** 64n - 1n));
    case 'float16':
      return floatToHalf(value);
    case 'bfloat16':
      return floatToBrain(value);
    case 'bool':
      return value === 0 ? 0 : 1;
    default:
      return value;
  }
}

function decodeElement(type: DataType, element: number | bigint): number {
  if (typeof element === 'bigint') return Number(element);
  if (type === 'float16') return halfToFloat(element);
  if (type === 'bfloat16') return brainToFloat(element);
  return element;
}

function clampBig(value: number, low: bigint, high: bigint): bigint {
  const big = BigInt(Math.trunc(value));
  return big < low ? low : big > high ? high : big;
}

const bits = new Uint32Array(1);
const float = new Float32Array(bits.buffer);

/** IEEE 754 binary16 bit pattern to number. */
function halfToFloat(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Number to IEEE 754 binary16 bit pattern, rounding half to even. */
export function floatToHalf(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const magnitude = Math.abs(value);
  if (magnitude >= 65520) return sign | 0x7c00;
  const exponent = magnitude < 2 ** -14 ? -14 : Math.floor(Math.log2(magnitude));
  const units = roundHalfEven(magnitude / 2 ** (exponent - 10));
  // A rounding up to 2048 carries into the exponent by itself: the encoding is continuous.
  return sign | (exponent === -14 && units < 1024 ? units : (exponent + 14) * 1024 + units);
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return rest < 0.5 ? floor : floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}

function brainToFloat(brain: number): number {
  bits[0] = brain << 16;
  return float[0] as number;
}

function floatToBrain(value: number): number {
  float[0] = value;
  const pattern = bits[0] as number;
  if (Number.isNaN(value)) return 0x7fc0;
  return ((pattern + 0x7fff + ((pattern >>> 16) & 1)) >>> 16) & 0xffff;
}
