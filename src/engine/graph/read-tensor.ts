import { clearField, create, toBinary } from '@bufbuild/protobuf';
import { allocate, bytesPerElement, type DataType, fail, fromBytes, sizeOf, type Tensor, type TensorData } from '../../core/index.js';
import { elementTypeOf } from './element-types.js';
import { type SparseTensorProto, SparseTensorProtoSchema, type TensorProto, TensorProtoSchema } from './generated/onnx_pb.js';
import type { OpaqueTensor, StoredTensor } from './model.js';

const EXTERNAL = 1;
/** Dimensions beyond this are certainly damaged; the element count stays a safe integer. */
const MAX_ELEMENTS = 2 ** 46;

/** The bytes of an external data file, or a reader of a range of them (`length` undefined: up to the end). */
export type ExternalFile = Uint8Array | ((offset: number, length: number | undefined) => Uint8Array);

/** Finds an external data file by the location written in the model, which is relative to the model file. */
export type ExternalResolver = (location: string) => ExternalFile;

/** Where a tensor comes from: for messages, and for its external data. */
export interface TensorSource {
  readonly file: string;
  readonly resolve: ExternalResolver | undefined;
}

/** @throws ONNX_BAD_TENSOR, ONNX_EXTERNAL_DATA */
export function readTensor(proto: TensorProto, source: TensorSource): StoredTensor {
  const dims = readDims(proto.dims, proto.name, source);
  const type = elementTypeOf(proto.dataType);
  const raw = proto.dataLocation === EXTERNAL ? readExternal(proto, source) : proto.rawData;
  if (type === undefined) return opaque(proto, dims, raw);
  return raw.byteLength > 0 || (proto.dataLocation === EXTERNAL && sizeOf(dims) === 0)
    ? fromRaw(type, dims, raw, proto.name, source)
    : fromFields(type, dims, proto, source);
}

/** Source: ONNX IR, "Sparse tensors": the name is that of `values`. */
export function readSparseTensor(proto: SparseTensorProto, source: TensorSource): OpaqueTensor {
  const { values } = proto;
  const dims = readDims(proto.dims, values?.name ?? '', source);
  const nameless = Object.assign(create(SparseTensorProtoSchema), proto);
  if (values) nameless.values = withoutName(values);
  return { type: 'opaque', dims, element: values?.dataType ?? 0, encoding: 'sparse', bytes: toBinary(SparseTensorProtoSchema, nameless) };
}

function opaque(proto: TensorProto, dims: readonly number[], raw: Uint8Array): OpaqueTensor {
  const inline = withoutName(proto);
  if (raw.byteLength > 0) inline.rawData = raw;
  clearField(inline, TensorProtoSchema.field.dataLocation);
  clearField(inline, TensorProtoSchema.field.externalData);
  return { type: 'opaque', dims, element: proto.dataType, encoding: 'dense', bytes: toBinary(TensorProtoSchema, inline) };
}

function withoutName(proto: TensorProto): TensorProto {
  const copy = Object.assign(create(TensorProtoSchema), proto);
  clearField(copy, TensorProtoSchema.field.name);
  return copy;
}

function readDims(dims: readonly bigint[], tensor: string, source: TensorSource): number[] {
  const result = dims.map(Number);
  if (result.some((dim) => dim < 0) || sizeOf(result.map((dim) => Math.max(dim, 1))) > MAX_ELEMENTS) {
    fail('ONNX_BAD_TENSOR', { tensor, file: source.file, reason: `its shape is [${result.join(', ')}]` });
  }
  return result;
}

function fromRaw(type: DataType, dims: readonly number[], raw: Uint8Array, tensor: string, source: TensorSource): Tensor {
  const expected = sizeOf(dims) * bytesPerElement(type);
  if (raw.byteLength !== expected) {
    fail('ONNX_BAD_TENSOR', {
      tensor,
      file: source.file,
      reason: `[${dims.join(', ')}] of ${type} takes ${expected} bytes, but there are ${raw.byteLength}`,
    });
  }
  return fromBytes(type, dims, raw);
}

/** Source: onnx.proto, the comments of TensorProto on which typed field holds which element type. */
function fieldOf(type: DataType, proto: TensorProto): readonly (number | bigint)[] {
  switch (type) {
    case 'float32':
      return proto.floatData;
    case 'float64':
      return proto.doubleData;
    case 'int64':
      return proto.int64Data;
    case 'uint32':
    case 'uint64':
      return proto.uint64Data;
    default:
      return proto.int32Data;
  }
}

function fromFields(type: DataType, dims: readonly number[], proto: TensorProto, source: TensorSource): Tensor {
  const field = fieldOf(type, proto);
  const size = sizeOf(dims);
  if (field.length !== size) {
    fail('ONNX_BAD_TENSOR', {
      tensor: proto.name,
      file: source.file,
      reason: `[${dims.join(', ')}] takes ${size} elements, but there are ${field.length}`,
    });
  }
  const data: TensorData = allocate(type, size);
  for (let i = 0; i < size; i++) data[i] = type === 'uint32' ? Number(field[i]) : (field[i] as number | bigint);
  return { type, dims, data };
}

/** Source: onnx/docs/ExternalData.md. */
function readExternal(proto: TensorProto, source: TensorSource): Uint8Array {
  const entries = new Map(proto.externalData.map((entry) => [entry.key, entry.value]));
  const location = entries.get('location') ?? '';
  const refuse = (reason: string, cause?: unknown): never =>
    fail('ONNX_EXTERNAL_DATA', { tensor: proto.name, file: source.file, location, reason }, cause);
  if (!isContained(location)) return refuse('which is not a path inside the folder of the model');
  const offset = readCount(entries.get('offset')) ?? 0;
  const length = readCount(entries.get('length'));
  if (Number.isNaN(offset) || Number.isNaN(length)) return refuse('at an offset or of a length that is not a number');
  if (!source.resolve) return refuse('which was not given along with the model');
  const file = source.resolve(location);
  const bytes = typeof file === 'function' ? file(offset, length) : file.subarray(offset, length === undefined ? undefined : offset + length);
  if (length !== undefined && bytes.byteLength !== length) return refuse(`which ends before byte ${offset + length}`);
  return bytes;
}

/** The file of a tensor kept in one, where its location is inside the folder of the model. */
export function externalLocation(proto: TensorProto): string | undefined {
  if (proto.dataLocation !== EXTERNAL) return undefined;
  const location = proto.externalData.find(({ key }) => key === 'location')?.value ?? '';
  return isContained(location) ? location : undefined;
}

function readCount(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const count = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(count) ? count : Number.NaN;
}

/** Whether a location stays inside the model's folder: no absolute path, no drive, no `..`. */
function isContained(location: string): boolean {
  if (location === '' || /^[\\/]|^[A-Za-z]:|\0/.test(location)) return false;
  return !location.split(/[\\/]/).includes('..');
}
