import { fromBinary } from '@bufbuild/protobuf';
import { type AttributeProto, type GraphProto, ModelProtoSchema, type NodeProto, type TensorProto } from './generated/onnx_pb.js';
import { externalLocation } from './read-tensor.js';

/**
 * The external data files that a model names, for callers that cannot read one when the reader asks for it. Only locations inside the folder of the
 * model are among them; `bytes` are known to be a model.
 */
export function externalLocations(bytes: Uint8Array): readonly string[] {
  const { graph, functions } = fromBinary(ModelProtoSchema, bytes);
  const found = new Set<string>();
  const visitTensor = (tensor: TensorProto | undefined): void => {
    const location = tensor && externalLocation(tensor);
    if (location !== undefined) found.add(location);
  };
  const visitAttribute = ({ t, tensors, g, graphs, sparseTensor }: AttributeProto): void => {
    for (const tensor of [t, sparseTensor?.values, sparseTensor?.indices, ...tensors]) visitTensor(tensor);
    for (const inner of g ? [g, ...graphs] : graphs) visitGraph(inner);
  };
  const visitNodes = (nodes: readonly NodeProto[]): void => {
    for (const { attribute } of nodes) attribute.forEach(visitAttribute);
  };
  const visitGraph = ({ initializer, node }: GraphProto): void => {
    initializer.forEach(visitTensor);
    visitNodes(node);
  };
  if (graph) visitGraph(graph);
  for (const { node, attributeProto } of functions) {
    visitNodes(node);
    attributeProto.forEach(visitAttribute);
  }
  return [...found];
}
