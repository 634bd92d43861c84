import { clearField, create, toBinary } from '@bufbuild/protobuf';
import { type AttributeProto, AttributeProtoSchema, type GraphProto } from './generated/onnx_pb.js';
import { fromInt64 } from './int64.js';
import type { Attribute, Graph } from './model.js';
import { readTensor, type TensorSource } from './read-tensor.js';

/** What reading an attribute needs from the reader of the model around it. */
export interface AttributeSource extends TensorSource {
  graph(proto: GraphProto): Graph;
}

/** AttributeProto.AttributeType of the ONNX specification. */
const KIND = { float: 1, int: 2, string: 3, tensor: 4, graph: 5, floats: 6, ints: 7, strings: 8, graphs: 10 } as const;

const utf8 = new TextDecoder('utf-8', { fatal: true });

export function readAttribute(proto: AttributeProto, source: AttributeSource): Attribute {
  if (proto.refAttrName !== '') return { kind: 'reference', value: proto.refAttrName, bytes: encode(proto) };
  const kind = proto.type === 0 ? impliedKind(proto) : proto.type;
  switch (kind) {
    case KIND.float:
      return { kind: 'float', value: proto.f };
    case KIND.int:
      return { kind: 'int', value: fromInt64(proto.i) };
    case KIND.floats:
      return { kind: 'floats', value: proto.floats };
    case KIND.ints:
      return { kind: 'ints', value: proto.ints.map(fromInt64) };
    case KIND.string:
    case KIND.strings:
      return readText(proto, kind);
    case KIND.tensor:
      return proto.t ? { kind: 'tensor', value: readTensor(proto.t, source) } : { kind: 'opaque', bytes: encode(proto) };
    case KIND.graph:
      return proto.g ? { kind: 'graph', value: source.graph(proto.g) } : { kind: 'opaque', bytes: encode(proto) };
    case KIND.graphs:
      return { kind: 'graphs', value: proto.graphs.map((graph) => source.graph(graph)) };
    default:
      return { kind: 'opaque', bytes: encode(proto) };
  }
}

/** Text is UTF-8 by the specification; bytes that are not stay as they are. */
function readText(proto: AttributeProto, kind: number): Attribute {
  try {
    if (kind === KIND.string) return { kind: 'string', value: utf8.decode(proto.s) };
    return { kind: 'strings', value: proto.strings.map((bytes) => utf8.decode(bytes)) };
  } catch {
    return { kind: 'opaque', bytes: encode(proto) };
  }
}

/** Writers before IR version 2 left the type out: it follows from the field that is set. */
function impliedKind(proto: AttributeProto): number {
  if (proto.t) return KIND.tensor;
  if (proto.g) return KIND.graph;
  if (proto.floats.length > 0) return KIND.floats;
  if (proto.ints.length > 0) return KIND.ints;
  if (proto.strings.length > 0) return KIND.strings;
  if (Object.hasOwn(proto, 's')) return KIND.string;
  if (Object.hasOwn(proto, 'f')) return KIND.float;
  return Object.hasOwn(proto, 'i') ? KIND.int : 0;
}

function encode(proto: AttributeProto): Uint8Array {
  const nameless = Object.assign(create(AttributeProtoSchema), proto);
  clearField(nameless, AttributeProtoSchema.field.name);
  return toBinary(AttributeProtoSchema, nameless);
}
