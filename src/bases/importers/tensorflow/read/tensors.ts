import { allocate, bytesPerElement, type DataType, fromBytes, sizeOf, type Tensor, type TensorData } from '../../../../core/index.js';
import type { TfOpaque } from '../graph.js';
import type { TensorProto, TensorShapeProto } from '../proto/generated/tensorflow_pb.js';
import { invalid, type TfFile } from './source.js';
import { isNumeric, readShape, readType } from './types.js';

/** Dimensions beyond this are certainly damaged; the element count stays a safe integer. */
const MAX_ELEMENTS = 2 ** 46;
/** Most bytes that all constants of a file may take beyond those it holds: one stored value can stand for a whole tensor. */
const MAX_REPEATED = 2 ** 30;
/** About what an element of an array of strings takes. */
const TEXT_BYTES = 16;

/** Reads the constants of one file, whose repeated values together stay within bounds. */
export class TensorReader {
  readonly #source: TfFile;
  #repeated = 0;

  constructor(source: TfFile) {
    this.#source = source;
  }

  /** @param name names the tensor in errors @throws IMPORT_FILE_INVALID */
  read(proto: TensorProto, name: string): Tensor | TfOpaque {
    const type = readType(proto.dtype);
    const dims = readDims(proto.tensorShape, name, this.#source);
    if (type === 'string') return { type, dims, texts: this.#texts(proto.stringVal.map(decodeText), sizeOf(dims), name) };
    if (!isNumeric(type)) return { type, dims, texts: [] };
    return proto.tensorContent.byteLength > 0 ? this.#stored(type, dims, proto.tensorContent, name) : this.#listed(type, dims, proto, name);
  }

  #texts(texts: readonly string[], size: number, name: string): string[] {
    this.#repeat(texts.length, size, TEXT_BYTES, name);
    return Array.from({ length: size }, (_, i) => texts[Math.min(i, texts.length - 1)] ?? '');
  }

  #stored(type: DataType, dims: readonly number[], bytes: Uint8Array, name: string): Tensor {
    checkBytes(type, dims, bytes.byteLength, name, this.#source);
    return fromBytes(type, dims, bytes);
  }

  #listed(type: DataType, dims: readonly number[], proto: TensorProto, name: string): Tensor {
    const size = sizeOf(dims);
    const values = valuesOf(type, proto);
    this.#repeat(values.length, size, bytesPerElement(type), name);
    const data: TensorData = allocate(type, size);
    if (values.length > 0) for (let i = 0; i < size; i++) data[i] = values[Math.min(i, values.length - 1)] as number | bigint;
    return { type, dims, data };
  }

  /** The last of fewer values stands for all that follow; no values stand for zeros. Source: comments of tensor.proto. */
  #repeat(values: number, size: number, width: number, name: string): void {
    if (values > size) invalid(this.#source, `the constant "${name}" holds ${values} values for ${size} elements`);
    this.#repeated += (size - values) * width;
    if (this.#repeated > MAX_REPEATED) invalid(this.#source, `its constants, such as "${name}", claim more than ${MAX_REPEATED} bytes`);
  }
}

const utf8 = new TextDecoder();

export function decodeText(bytes: Uint8Array): string {
  return utf8.decode(bytes);
}

/** Sizes that are all known and not absurd. @throws IMPORT_FILE_INVALID */
export function readDims(shape: TensorShapeProto | undefined, name: string, source: TfFile): number[] {
  const dims = (readShape(shape) ?? []).map((dim) => dim ?? -1);
  const elements = sizeOf(dims.map((dim) => Math.max(dim, 1)));
  if (shape?.unknownRank || dims.some((dim) => dim < 0) || elements > MAX_ELEMENTS) {
    invalid(source, `the tensor "${name}" has the shape [${dims.join(', ')}]`);
  }
  return dims;
}

/** @throws IMPORT_FILE_INVALID */
export function checkBytes(type: DataType, dims: readonly number[], bytes: number, name: string, source: TfFile): void {
  const expected = sizeOf(dims) * bytesPerElement(type);
  if (bytes !== expected) invalid(source, `"${name}" of [${dims.join(', ')}] ${type} takes ${expected} bytes, but there are ${bytes}`);
}

/** Source: comments of tensor.proto on which field holds which type. */
function valuesOf(type: DataType, proto: TensorProto): readonly (number | bigint)[] {
  switch (type) {
    case 'float32':
      return proto.floatVal;
    case 'float64':
      return proto.doubleVal;
    case 'int64':
      return proto.int64Val;
    case 'uint64':
      return proto.uint64Val;
    case 'uint32':
      return proto.uint32Val;
    case 'bool':
      return proto.boolVal.map(Number);
    case 'float16':
    case 'bfloat16':
      return proto.halfVal;
    default:
      return proto.intVal;
  }
}
