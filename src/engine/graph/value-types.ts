import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { elementTypeNumber, elementTypeOf } from './element-types.js';
import {
  type TensorShapeProto,
  type TensorShapeProto_Dimension,
  TensorShapeProto_DimensionSchema,
  TensorShapeProtoSchema,
  type TypeProto,
  type TypeProto_Tensor,
  TypeProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from './generated/onnx_pb.js';
import { fromInt64 } from './int64.js';
import type { Dim, ValueInfo, ValueType } from './model.js';

const STRING = 8;

export function readValueInfo(proto: ValueInfoProto): ValueInfo {
  return { name: proto.name, type: readValueType(proto.type) };
}

function readValueType(proto: TypeProto | undefined): ValueType {
  const value = proto?.value;
  if (proto === undefined || value?.case === undefined) return { kind: 'tensor', type: 'unknown', dims: undefined };
  switch (value.case) {
    case 'tensorType':
      return readTensorType(value.value) ?? { kind: 'opaque', bytes: toBinary(TypeProtoSchema, proto) };
    case 'sequenceType':
      return { kind: 'sequence', element: readValueType(value.value.elemType) };
    case 'optionalType':
      return { kind: 'optional', element: readValueType(value.value.elemType) };
    default:
      return { kind: 'opaque', bytes: toBinary(TypeProtoSchema, proto) };
  }
}

function readTensorType(proto: TypeProto_Tensor): ValueType | undefined {
  const type = proto.elemType === 0 ? 'unknown' : proto.elemType === STRING ? 'string' : elementTypeOf(proto.elemType);
  return type && { kind: 'tensor', type, dims: proto.shape?.dim.map(readDim) };
}

/** A name that is empty says nothing; neither does a negative size, which some exporters write. */
function readDim(proto: TensorShapeProto_Dimension): Dim {
  if (proto.value.case === 'dimValue') return proto.value.value < 0n ? null : fromInt64(proto.value.value);
  return proto.value.case === 'dimParam' && proto.value.value !== '' ? proto.value.value : null;
}

export function writeValueInfo(info: ValueInfo): ValueInfoProto {
  const type = writeValueType(info.type);
  return create(ValueInfoProtoSchema, { name: info.name, ...(type && { type }) });
}

function writeValueType(type: ValueType): TypeProto | undefined {
  switch (type.kind) {
    case 'opaque':
      return fromBinary(TypeProtoSchema, type.bytes);
    case 'sequence':
      return wrap('sequenceType', type.element);
    case 'optional':
      return wrap('optionalType', type.element);
    case 'tensor':
      return writeTensorType(type);
  }
}

function wrap(kind: 'sequenceType' | 'optionalType', element: ValueType): TypeProto {
  const elemType = writeValueType(element);
  return create(TypeProtoSchema, { value: { case: kind, value: elemType ? { elemType } : {} } });
}

function writeTensorType(type: Extract<ValueType, { kind: 'tensor' }>): TypeProto | undefined {
  if (type.type === 'unknown' && type.dims === undefined) return undefined;
  const elemType = type.type === 'unknown' ? 0 : type.type === 'string' ? STRING : elementTypeNumber(type.type);
  const shape = type.dims && writeShape(type.dims);
  return create(TypeProtoSchema, { value: { case: 'tensorType', value: { elemType, ...(shape && { shape }) } } });
}

function writeShape(dims: readonly Dim[]): TensorShapeProto {
  return create(TensorShapeProtoSchema, { dim: dims.map(writeDim) });
}

function writeDim(dim: Dim): TensorShapeProto_Dimension {
  if (dim === null) return create(TensorShapeProto_DimensionSchema);
  return create(TensorShapeProto_DimensionSchema, {
    value: typeof dim === 'number' ? { case: 'dimValue', value: BigInt(dim) } : { case: 'dimParam', value: dim },
  });
}
