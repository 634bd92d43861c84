import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { AttributeProtoSchema } from './generated/onnx_pb.js';
import { toInt64 } from './int64.js';
import type { Attribute, Graph } from './model.js';
import { type Chunks, delimited } from './wire.js';
import { writeTensor } from './write-tensor.js';

/** Field numbers of AttributeProto for what holds tensors. */
const TENSOR = 5;
const GRAPH = 6;
const GRAPHS = 11;

/** The encoded AttributeProto. `writeGraph` writes the subgraphs. */
export function writeAttribute(name: string, attribute: Attribute, writeGraph: (graph: Graph) => Chunks): Chunks {
  switch (attribute.kind) {
    case 'float':
      return encode({ name, type: 1, f: float32(attribute.value) });
    case 'int':
      return encode({ name, type: 2, i: toInt64(attribute.value) });
    case 'string':
      return encode({ name, type: 3, s: utf8(attribute.value) });
    case 'tensor':
      return [...encode({ name, type: 4 }), ...delimited(TENSOR, writeTensor('', attribute.value))];
    case 'graph':
      return [...encode({ name, type: 5 }), ...delimited(GRAPH, writeGraph(attribute.value))];
    case 'floats':
      return encode({ name, type: 6, floats: attribute.value.map(float32) });
    case 'ints':
      return encode({ name, type: 7, ints: attribute.value.map(toInt64) });
    case 'strings':
      return encode({ name, type: 8, strings: attribute.value.map(utf8) });
    case 'graphs':
      return [...encode({ name, type: 10 }), ...attribute.value.flatMap((graph) => delimited(GRAPHS, writeGraph(graph)))];
    case 'reference':
      return [attribute.bytes, ...encode({ name, refAttrName: attribute.value })];
    case 'opaque':
      return [attribute.bytes, ...encode({ name })];
  }
}

function encode(fields: MessageInitShape<typeof AttributeProtoSchema>): Chunks {
  return [toBinary(AttributeProtoSchema, create(AttributeProtoSchema, fields))];
}

/** The encoder refuses numbers beyond the range of float32 instead of rounding them to infinity. */
function float32(value: number): number {
  return Math.fround(value);
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
