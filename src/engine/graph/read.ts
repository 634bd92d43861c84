import { fromBinary } from '@bufbuild/protobuf';
import { fail, RegraftError } from '../../core/index.js';
import { checkModel } from './check.js';
import {
  type FunctionProto,
  type GraphProto,
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  type OperatorSetIdProto,
} from './generated/onnx_pb.js';
import { fromInt64 } from './int64.js';
import type { Attributes, FunctionBody, Graph, Model, Node, StoredTensor } from './model.js';
import { type AttributeSource, readAttribute } from './read-attribute.js';
import { type ExternalResolver, readSparseTensor, readTensor } from './read-tensor.js';
import { readValueInfo } from './value-types.js';

/**
 * An ONNX model from the bytes of its file. Tensor data are views of `bytes` where alignment allows it, so do not
 * change `bytes` afterwards. Nodes come in topological order; a node without a name gets that of its first output.
 *
 * @param resolve finds external data by its location; needed only for models that keep weights in files of their own
 * @param file what to call the model in messages
 * @throws ONNX_NOT_A_MODEL, ONNX_TRUNCATED, ONNX_NO_OPSET, ONNX_BAD_TENSOR, ONNX_EXTERNAL_DATA, ONNX_DUPLICATE_NAME,
 * ONNX_UNDEFINED_VALUE, ONNX_UNDEFINED_OUTPUT, ONNX_CYCLE
 */
export function readModel(bytes: Uint8Array, resolve?: ExternalResolver, file = 'The model'): Model {
  const proto = decode(bytes, file);
  if (!proto.graph) return fail('ONNX_NOT_A_MODEL', { file, reason: guessKind(bytes) });
  if (proto.opsetImport.length === 0) return fail('ONNX_NO_OPSET', { file });
  const source: AttributeSource = { file, resolve, graph: (graph) => readGraph(graph, source) };
  return checkModel(
    {
      irVersion: fromInt64(proto.irVersion),
      producer: { name: proto.producerName, version: proto.producerVersion },
      opsets: readOpsets(proto.opsetImport),
      metadata: new Map(proto.metadataProps.map((entry) => [entry.key, entry.value])),
      functions: proto.functions.map((body) => readFunction(body, source)),
      graph: readGraph(proto.graph, source),
    },
    file,
  );
}

function decode(bytes: Uint8Array, file: string): ModelProto {
  try {
    return fromBinary(ModelProtoSchema, bytes);
  } catch (cause) {
    if (cause instanceof RegraftError) throw cause;
    const kind = guessKind(bytes);
    if (cause instanceof RangeError && kind === UNKNOWN_KIND) fail('ONNX_TRUNCATED', { file, bytes: bytes.byteLength }, cause);
    return fail('ONNX_NOT_A_MODEL', { file, reason: kind }, cause);
  }
}

const UNKNOWN_KIND = 'its bytes do not decode as one; it may be damaged';

/** How files begin that people mistake for models. */
const KINDS: readonly (readonly [start: string, kind: string])[] = [
  ['version https://git-lfs', 'it is a Git LFS pointer, not the file itself; run `git lfs pull`'],
  ['<', 'it is an HTML or XML page; the download went wrong'],
  ['PK\x03\x04', 'it is a ZIP archive (perhaps PyTorch, Keras or a bundle)'],
  ['\x89HDF', 'it is an HDF5 file (perhaps Keras)'],
  ['{', 'it is JSON'],
];

function guessKind(bytes: Uint8Array): string {
  if (bytes.byteLength === 0) return 'it is empty';
  const start = String.fromCharCode(...bytes.subarray(0, 32)).trimStart();
  return KINDS.find(([prefix]) => start.startsWith(prefix))?.[1] ?? UNKNOWN_KIND;
}

/** `ai.onnx` is another name of the standard domain `''`. */
function readDomain(domain: string): string {
  return domain === 'ai.onnx' ? '' : domain;
}

function readOpsets(imports: readonly OperatorSetIdProto[]): Map<string, number> {
  return new Map(imports.map((entry) => [readDomain(entry.domain), fromInt64(entry.version)]));
}

function readGraph(proto: GraphProto, source: AttributeSource): Graph {
  const initializers = new Map<string, StoredTensor>();
  const add = (name: string, tensor: StoredTensor): void => {
    if (initializers.has(name)) fail('ONNX_DUPLICATE_NAME', { file: source.file, name, node: 'an initialiser' });
    initializers.set(name, tensor);
  };
  for (const tensor of proto.initializer) add(tensor.name, readTensor(tensor, source));
  for (const tensor of proto.sparseInitializer) add(tensor.values?.name ?? '', readSparseTensor(tensor, source));
  return {
    name: proto.name,
    nodes: proto.node.map((node) => readNode(node, source)),
    inputs: proto.input.map(readValueInfo),
    outputs: proto.output.map(readValueInfo),
    initializers,
    valueInfo: new Map(proto.valueInfo.map((info) => [info.name, readValueInfo(info).type])),
  };
}

function readNode(proto: NodeProto, source: AttributeSource): Node {
  return {
    name: proto.name || proto.output.find((output) => output !== '') || proto.opType,
    op: proto.opType,
    domain: readDomain(proto.domain),
    ...(proto.overload && { overload: proto.overload }),
    inputs: proto.input,
    outputs: proto.output,
    attributes: readAttributes(proto.attribute, source),
  };
}

function readAttributes(attributes: NodeProto['attribute'], source: AttributeSource): Attributes {
  return Object.fromEntries(attributes.map((attribute) => [attribute.name, readAttribute(attribute, source)]));
}

function readFunction(proto: FunctionProto, source: AttributeSource): FunctionBody {
  return {
    domain: readDomain(proto.domain),
    name: proto.name,
    overload: proto.overload,
    inputs: proto.input,
    outputs: proto.output,
    attributes: proto.attribute,
    defaults: readAttributes(proto.attributeProto, source),
    nodes: proto.node.map((node) => readNode(node, source)),
    opsets: readOpsets(proto.opsetImport),
  };
}
