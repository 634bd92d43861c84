import { isFloat, rowOf, sizeOf, type Tensor, toNumbers } from '../../core/index.js';
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

/** What exporters call a Constant node's output that is no tensor of the module: `/norm/Constant_1_output_0`, or a bare number. */
const UNNAMED = /(^|\/)Constant(_\d+)?_output_\d+$|^\d+$/;

/**
 * Weights that sit in Constant nodes become initialisers of the same name, so that they are parameters like any other. Constants that
 * are not weights (a scale of ½, an epsilon) stay as they are; so do the ones and zeros that exporters feed to a normalisation that has no
 * scale and bias of its own (PyTorch writes GroupNorm as such an InstanceNormalization).
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
    const neutral = isNeutral(node, constants);
    for (const index of rowOf(WEIGHT_SLOTS, node.op) ?? []) {
      const name = node.inputs[index] ?? '';
      if (constants.has(name) && !(neutral && (index === 1 || index === 2))) weights.add(name);
    }
    const bias = node.op === 'Add' ? biasOf(node, constants, producers) : undefined;
    if (bias !== undefined) weights.add(bias);
  }
  if (weights.size === 0) return graph;
  const initializers = new Map(graph.initializers);
  for (const name of weights) initializers.set(name, constants.get(name) as Tensor);
  return { ...graph, nodes: graph.nodes.filter((node) => !weights.has(node.outputs[0] ?? '')), initializers };
}

/** Whether a normalisation has a scale of ones and a bias of zeros (or none) that are no tensors of the model. */
function isNeutral({ op, inputs }: Node, constants: ReadonlyMap<string, Tensor>): boolean {
  if (!op.endsWith('Normalization')) return false;
  return inputs.slice(1, 3).every((name, index) => {
    const value = constants.get(name);
    return name === '' || (value !== undefined && UNNAMED.test(name) && toNumbers(value).every((number) => number === 1 - index));
  });
}

function biasOf(node: Node, constants: ReadonlyMap<string, Tensor>, producers: ReadonlyMap<string, Node>): string | undefined {
  return node.inputs.find((name, index) => {
    const constant = constants.get(name);
    const other = producers.get(node.inputs[1 - index] ?? '');
    return constant !== undefined && sizeOf(constant.dims) > 1 && other !== undefined && TAKES_BIAS.has(other.op);
  });
}
