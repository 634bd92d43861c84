import { isFloat, sizeOf, type Tensor } from '../../core/index.js';
import { attribute, type Graph, type Node } from '../../engine/graph/index.js';

/** Inputs that hold the weights of an op. */
const WEIGHT_SLOTS: Readonly<Record<string, readonly number[]>> = {
  BatchNormalization: [1, 2, 3, 4],
  Conv: [1, 2],
  ConvTranspose: [1, 2],
  Gather: [0],
  Gemm: [0, 1, 2],
  GroupNormalization: [1, 2],
  GRU: [1, 2, 3],
  InstanceNormalization: [1, 2],
  LayerNormalization: [1, 2],
  LSTM: [1, 2, 3],
  MatMul: [0, 1],
  PRelu: [1],
  RMSNormalization: [1],
  RNN: [1, 2, 3],
};

/** Ops whose result an `Add` of a constant vector turns into "with bias". */
const TAKES_BIAS = new Set(['Conv', 'ConvTranspose', 'MatMul', 'BatchNormalization']);

/**
 * Weights that sit in Constant nodes become initialisers of the same name, so that they are parameters like any other. Constants that
 * are not weights (a scale of ½, an epsilon) stay as they are.
 */
export function liftWeightConstants(graph: Graph): Graph {
  const constants = new Map<string, Tensor>();
  const producers = new Map<string, Node>();
  for (const node of graph.nodes) {
    for (const output of node.outputs) producers.set(output, node);
    const value =
      node.op === 'Constant' && node.domain === '' && node.attributes['value']?.kind === 'tensor' ? attribute.tensor(node, 'value') : undefined;
    if (value !== undefined && isFloat(value.type)) constants.set(node.outputs[0] as string, value);
  }
  const weights = new Set<string>();
  for (const node of graph.nodes) {
    for (const index of WEIGHT_SLOTS[node.op] ?? []) if (constants.has(node.inputs[index] ?? '')) weights.add(node.inputs[index] as string);
    const bias = node.op === 'Add' ? biasOf(node, constants, producers) : undefined;
    if (bias !== undefined) weights.add(bias);
  }
  if (weights.size === 0) return graph;
  const initializers = new Map(graph.initializers);
  for (const name of weights) initializers.set(name, constants.get(name) as Tensor);
  return { ...graph, nodes: graph.nodes.filter((node) => !weights.has(node.outputs[0] ?? '')), initializers };
}

function biasOf(node: Node, constants: ReadonlyMap<string, Tensor>, producers: ReadonlyMap<string, Node>): string | undefined {
  return node.inputs.find((name, index) => {
    const constant = constants.get(name);
    const other = producers.get(node.inputs[1 - index] ?? '');
    return constant !== undefined && sizeOf(constant.dims) > 1 && other !== undefined && TAKES_BIAS.has(other.op);
  });
}
