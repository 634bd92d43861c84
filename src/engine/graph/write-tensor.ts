import { create, toBinary } from '@bufbuild/protobuf';
import { bytesOf } from '../../core/index.js';
import { elementTypeNumber } from './element-types.js';
import { TensorProtoSchema } from './generated/onnx_pb.js';
import type { OpaqueTensor, StoredTensor } from './model.js';
import { type Chunks, delimited } from './wire.js';

/** Field numbers of ONNX messages that are written by hand. */
const NAME = 8;
const RAW_DATA = 9;
const SPARSE_VALUES = 1;

/** Where the data of one tensor lie in an external file. */
export interface ExternalLocation {
  readonly location: string;
  readonly offset: number;
  readonly length: number;
}

/** The encoded TensorProto (or SparseTensorProto) of a tensor; its data are not copied. */
export function writeTensor(name: string, tensor: StoredTensor): Chunks {
  if (tensor.type === 'opaque') return writeOpaque(name, tensor);
  const header = { name, dims: tensor.dims.map(BigInt), dataType: elementTypeNumber(tensor.type) };
  return [toBinary(TensorProtoSchema, create(TensorProtoSchema, header)), ...delimited(RAW_DATA, [bytesOf(tensor)])];
}

function writeOpaque(name: string, tensor: OpaqueTensor): Chunks {
  if (name === '') return [tensor.bytes];
  const named = delimited(NAME, [new TextEncoder().encode(name)]);
  return [tensor.bytes, ...(tensor.encoding === 'sparse' ? delimited(SPARSE_VALUES, named) : named)];
}

/** A TensorProto whose data are elsewhere. Source: onnx/docs/ExternalData.md. */
export function writeExternalTensor(name: string, tensor: Exclude<StoredTensor, OpaqueTensor>, at: ExternalLocation): Chunks {
  const externalData = [
    { key: 'location', value: at.location },
    { key: 'offset', value: String(at.offset) },
    { key: 'length', value: String(at.length) },
  ];
  const proto = { name, dims: tensor.dims.map(BigInt), dataType: elementTypeNumber(tensor.type), dataLocation: 1, externalData };
  return [toBinary(TensorProtoSchema, create(TensorProtoSchema, proto))];
}
