import { readFileSync } from 'node:fs';
import { fromBinary } from '@bufbuild/protobuf';
import type { Tensor } from '../../src/core/index.js';
import { TensorProtoSchema } from '../../src/engine/graph/generated/onnx_pb.js';
import { readTensor } from '../../src/engine/graph/read-tensor.js';

const STRING = 8;

/** A stored input or output of a case; `undefined` for what is not one dense tensor of numbers or strings. */
export type Stored =
  | { readonly name: string; readonly tensor: Tensor }
  | { readonly name: string; readonly strings: readonly string[]; readonly dims: readonly number[] };

export function readTensorFile(path: string): Stored | undefined {
  const proto = fromBinary(TensorProtoSchema, readFileSync(path));
  if (proto.dataType === STRING) {
    const decoder = new TextDecoder();
    return { name: proto.name, strings: proto.stringData.map((bytes) => decoder.decode(bytes)), dims: proto.dims.map(Number) };
  }
  const tensor = readTensor(proto, { file: path, resolve: undefined });
  return tensor.type === 'opaque' ? undefined : { name: proto.name, tensor };
}
