import { create, toBinary } from '@bufbuild/protobuf';
import { type AttributeProto, AttributeProtoSchema } from './generated/onnx_pb.js';
import { toInt64 } from './int64.js';
import type { Attribute, Graph } from './model.js';
import { type Chunks, delimited } from './wire.js';
import { writeTensor } from './write-tensor.js';

/** Field numbers of AttributeProto for what holds tensors. */
const TENSOR = 5;
const GRAPH = 6;
const GRAPHS = 11;

/** The AttributeProto of a plain value; `undefined` for what holds tensors or graphs, or is kept encoded. */
export function plainAttribute(name: string, attribute: Attribute): AttributeProto | undefined {
  switch (attribute.kind) {
    case 'float':
      return create(AttributeProtoSchema, { name, type: 1, f: float32(attribute.value) });
    case 'int':
      return create(AttributeProtoSchema, { name, type: 2, i: toInt64(attribute.value) });
    case 'string':
      return create(AttributeProtoSchema, { name, type: 3, s: utf8(attribute.value) });
    case 'floats':
      return create(AttributeProtoSchema, { name, type: 6, floats: attribute.value.map(float32) });
    case 'ints':
      return create(AttributeProtoSchema, { name, type: 7, ints: attribute.value.map(toInt64) });
    case 'strings':
      return create(AttributeProtoSchema, { name, type: 8, strings: attribute.value.map(utf8) });
    default:
      return undefined;
  }
}

/** The encoded AttributeProto. `writeGraph` writes the subgraphs. */
export function writeAttribute(name: string, attribute: Attribute, writeGraph: (graph: Graph) => Chunks): Chunks {
  switch (attribute.kind) {
    case 'tensor':
      return [header(name, 4), ...delimited(TENSOR, writeTensor('', attribute.value))];
    case 'graph':
      return [header(name, 5), ...delimited(GRAPH, writeGraph(attribute.value))];
    case 'graphs':
      return [header(name, 10), ...attribute.value.flatMap((graph) => delimited(GRAPHS, writeGraph(graph)))];
    case 'reference':
      return [attribute.bytes, toBinary(AttributeProtoSchema, create(AttributeProtoSchema, { name, refAttrName: attribute.value }))];
    case 'opaque':
      return [attribute.bytes, toBinary(AttributeProtoSchema, create(AttributeProtoSchema, { name }))];
    default:
      return [toBinary(AttributeProtoSchema, plainAttribute(name, attribute) ?? create(AttributeProtoSchema))];
  }
}

function header(name: string, type: number): Uint8Array {
  return toBinary(AttributeProtoSchema, create(AttributeProtoSchema, { name, type }));
}

/** The encoder refuses numbers beyond the range of float32 instead of rounding them to infinity. */
function float32(value: number): number {
  return Math.fround(value);
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
