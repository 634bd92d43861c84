import type { Graph, Node, StoredTensor, TensorType, ValueInfo, ValueType } from '../model.js';
import { pruneUnused } from '../walk.js';
import { type InputDims, trueInputs } from './input-dims.js';
import { removePassThrough } from './pass-through.js';
import type { StaticScope } from './scope.js';
import { type InferOptions, walkStatically } from './walk.js';

/**
 * The graph for fixed input dimensions: constants are computed and stored as initialisers, an If with a known condition
 * is replaced by the branch it takes, Identity and inactive Dropout nodes are gone, and so is what no output needs. Every value
 * has a static type in `valueInfo`, inputs and outputs included in their own. Parameters keep their names.
 *
 * @throws what {@link inferTypes} throws
 */
export function specialise(graph: Graph, opset: number, dims: InputDims = {}, options: InferOptions = {}): Graph {
  const walk = walkStatically(graph, opset, dims, options);
  const folded = storeConstants(walk.graph, walk.scope);
  const pruned = pruneUnused(removePassThrough(folded, walk.scope));
  return stateTypes(pruned, walk.scope);
}

/** Replaces nodes by the initialisers they would compute. */
function storeConstants(graph: Graph, { constants }: StaticScope): Graph {
  const initializers = new Map<string, StoredTensor>(graph.initializers);
  const nodes: Node[] = [];
  for (const node of graph.nodes) {
    const values = node.outputs.map((name) => [name, constants.get(name)] as const).filter(([name]) => name !== '');
    if (values.some(([, value]) => value === undefined)) nodes.push(node);
    else for (const [name, value] of values) if (value) initializers.set(name, value);
  }
  return { ...graph, inputs: trueInputs(graph), nodes, initializers };
}

function stateTypes(graph: Graph, { types }: StaticScope): Graph {
  const typed = (info: ValueInfo): ValueInfo => ({ name: info.name, type: valueType(types.get(info.name)) ?? info.type });
  const made = graph.nodes.flatMap((node) => node.outputs).filter((name) => name !== '');
  const valueInfo = new Map(
    made.flatMap((name): [string, ValueType][] => {
      const type = valueType(types.get(name));
      return type ? [[name, type]] : [];
    }),
  );
  return { ...graph, inputs: graph.inputs.map(typed), outputs: graph.outputs.map(typed), valueInfo };
}

function valueType(type: TensorType | undefined): ValueType | undefined {
  return type && { kind: 'tensor', type: type.type, dims: type.dims };
}

/** The types of all values of a specialised graph. */
export function staticTypes(graph: Graph): Map<string, TensorType> {
  const types = new Map<string, TensorType>();
  for (const [name, tensor] of graph.initializers) if (tensor.type !== 'opaque') types.set(name, { type: tensor.type, dims: tensor.dims });
  const stated = [...graph.inputs, ...graph.outputs].map((info) => [info.name, info.type] as const);
  for (const [name, type] of [...graph.valueInfo, ...stated]) {
    const dims = type.kind === 'tensor' ? type.dims : undefined;
    if (type.kind !== 'tensor' || type.type === 'string' || type.type === 'unknown') continue;
    if (dims?.every((dim) => typeof dim === 'number')) types.set(name, { type: type.type, dims });
  }
  return types;
}
