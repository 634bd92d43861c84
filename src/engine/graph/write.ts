import { create, toBinary } from '@bufbuild/protobuf';
import { byteLength, fail } from '../../core/index.js';
import {
  FunctionProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  type OperatorSetIdProto,
  OperatorSetIdProtoSchema,
} from './generated/onnx_pb.js';
import type { Attributes, FunctionBody, Graph, Model, Node, StoredTensor } from './model.js';
import { writeValueInfo } from './value-types.js';
import { type Chunks, chunksLength, concatenate, delimited } from './wire.js';
import { plainAttribute, writeAttribute } from './write-attribute.js';
import { writeExternalTensor, writeTensor } from './write-tensor.js';

/** Field numbers of messages whose parts are written one by one. */
const MODEL = { graph: 7, functions: 25 } as const;
const GRAPH = { node: 1, initializer: 5, sparseInitializer: 15 } as const;
const FUNCTION = { node: 7, defaults: 11 } as const;
const NODE = { attribute: 5 } as const;

/** A protobuf message is at most 2 GiB. */
const MAX_MODEL_BYTES = 2 ** 31 - 1;

/** Where tensors in external data start: a multiple of this, so that they can be mapped into memory. */
const ALIGNMENT = 4096;

/**
 * The bytes of an ONNX file.
 * @throws ONNX_TOO_LARGE beyond 2 GiB: use {@link writeModelParts}
 */
export function writeModel(model: Model): Uint8Array {
  return concatenate(writeModelChunks(model));
}

/** As {@link writeModel}, in pieces that share memory with the model's tensors: for writing to a file without a copy. */
export function writeModelChunks(model: Model): Chunks {
  return checkSize(encodeModel(model, (name, tensor) => writeTensor(name, tensor)));
}

export interface ExternalDataOptions {
  /** Path of the data file, relative to the model file. */
  readonly location: string;
  /** Initialisers of at least this many bytes go into the data file. Default 1024. */
  readonly threshold?: number;
}

export interface ModelParts {
  readonly model: Uint8Array;
  /** The content of the data file, in pieces that share memory with the model's tensors. */
  readonly data: Chunks;
}

/** An ONNX file and, apart from it, the data of its large initialisers. Source: onnx/docs/ExternalData.md. */
export function writeModelParts(model: Model, { location, threshold = 1024 }: ExternalDataOptions): ModelParts {
  const data: Uint8Array[] = [];
  let end = 0;
  const chunks = encodeModel(model, (name, tensor) => {
    if (tensor.type === 'opaque' || byteLength(tensor) < threshold || byteLength(tensor) === 0) return writeTensor(name, tensor);
    const padding = (ALIGNMENT - (end % ALIGNMENT)) % ALIGNMENT;
    if (padding > 0) data.push(new Uint8Array(padding));
    const offset = end + padding;
    const length = byteLength(tensor);
    data.push(new Uint8Array(tensor.data.buffer, tensor.data.byteOffset, length));
    end = offset + length;
    return writeExternalTensor(name, tensor, { location, offset, length });
  });
  return { model: concatenate(checkSize(chunks)), data };
}

function checkSize(chunks: Chunks): Chunks {
  const bytes = chunksLength(chunks);
  if (bytes > MAX_MODEL_BYTES) fail('ONNX_TOO_LARGE', { bytes });
  return chunks;
}

/** How an initialiser of the model's own graph is written. */
type InitializerWriter = (name: string, tensor: StoredTensor) => Chunks;

function encodeModel(model: Model, writeInitializer: InitializerWriter): Chunks {
  const header = create(ModelProtoSchema, {
    irVersion: BigInt(model.irVersion),
    producerName: model.producer.name,
    producerVersion: model.producer.version,
    opsetImport: writeOpsets(model.opsets),
    metadataProps: Array.from(model.metadata, ([key, value]) => ({ key, value })),
  });
  return [
    toBinary(ModelProtoSchema, header),
    ...delimited(MODEL.graph, writeGraph(model.graph, writeInitializer)),
    ...model.functions.flatMap((body) => delimited(MODEL.functions, writeFunction(body))),
  ];
}

function writeOpsets(opsets: ReadonlyMap<string, number>): OperatorSetIdProto[] {
  return Array.from(opsets, ([domain, version]) => create(OperatorSetIdProtoSchema, { domain, version: BigInt(version) }));
}

function writeGraph(graph: Graph, writeInitializer: InitializerWriter): Chunks {
  const header = create(GraphProtoSchema, {
    name: graph.name,
    input: graph.inputs.map(writeValueInfo),
    output: graph.outputs.map(writeValueInfo),
    valueInfo: Array.from(graph.valueInfo, ([name, type]) => writeValueInfo({ name, type })),
  });
  const chunks: Uint8Array[] = [toBinary(GraphProtoSchema, header)];
  chunks.push(...writeNodes(graph.nodes));
  for (const [name, tensor] of graph.initializers) {
    const sparse = tensor.type === 'opaque' && tensor.encoding === 'sparse';
    chunks.push(...delimited(sparse ? GRAPH.sparseInitializer : GRAPH.initializer, writeInitializer(name, tensor)));
  }
  return chunks;
}

/** Nodes without tensors and graphs are encoded many at a time: a small buffer for each would cost more than its content. */
function writeNodes(nodes: readonly Node[]): Chunks {
  const chunks: Uint8Array[] = [];
  let run: NodeProto[] = [];
  const flush = (): void => {
    if (run.length > 0) chunks.push(toBinary(GraphProtoSchema, create(GraphProtoSchema, { node: run })));
    run = [];
  };
  for (const node of nodes) {
    const plain = plainNode(node);
    if (plain) {
      run.push(plain);
      continue;
    }
    flush();
    chunks.push(...delimited(GRAPH.node, writeNode(node)));
  }
  flush();
  return chunks;
}

function plainNode(node: Node): NodeProto | undefined {
  const result = nodeHeader(node);
  for (const [name, value] of Object.entries(node.attributes)) {
    const attribute = plainAttribute(name, value);
    if (!attribute) return undefined;
    result.attribute.push(attribute);
  }
  return result;
}

function nodeHeader({ name, op: opType, domain, overload = '', inputs, outputs }: Node): NodeProto {
  const result = create(NodeProtoSchema);
  result.input.push(...inputs);
  result.output.push(...outputs);
  result.name = name;
  result.opType = opType;
  if (domain !== '') result.domain = domain;
  if (overload !== '') result.overload = overload;
  return result;
}

function writeNode(node: Node): Chunks {
  return [toBinary(NodeProtoSchema, nodeHeader(node)), ...writeAttributes(node.attributes, NODE.attribute)];
}

function writeAttributes(attributes: Attributes, field: number): Chunks {
  const writeSubgraph = (graph: Graph): Chunks => writeGraph(graph, writeTensor);
  return Object.entries(attributes).flatMap(([name, attribute]) => delimited(field, writeAttribute(name, attribute, writeSubgraph)));
}

function writeFunction(body: FunctionBody): Chunks {
  const { name, domain, overload } = body;
  const header = create(FunctionProtoSchema, {
    name,
    domain,
    ...(overload !== '' && { overload }),
    input: [...body.inputs],
    output: [...body.outputs],
    attribute: [...body.attributes],
    opsetImport: writeOpsets(body.opsets),
  });
  return [
    toBinary(FunctionProtoSchema, header),
    ...body.nodes.flatMap((node) => delimited(FUNCTION.node, writeNode(node))),
    ...writeAttributes(body.defaults, FUNCTION.defaults),
  ];
}
