import { float32 } from '../../core/index.js';
import { int64Tensor } from './int64.js';
import type { Graph, Model, Node, StoredTensor } from './model.js';
import { mapSubgraphs } from './walk.js';

/**
 * Turns Constant nodes into initialisers named by their output, in the graph and its subgraphs. Every float constant becomes what
 * looks like a parameter, also a plain ½: for training, surgery lifts only those in weight slots. Constants of text or in sparse form stay nodes, and so do those that are an
 * output of a subgraph, which ONNX Runtime wants computed.
 */
export function liftConstants(model: Model): Model {
  return { ...model, graph: liftGraph(model.graph, false) };
}

function liftGraph(graph: Graph, isSubgraph: boolean): Graph {
  const outputs = new Set(isSubgraph ? graph.outputs.map((output) => output.name) : []);
  const initializers = new Map(graph.initializers);
  const nodes: Node[] = [];
  for (const node of graph.nodes) {
    const [output = ''] = node.outputs;
    const value = outputs.has(output) ? undefined : constantValue(node);
    if (value) initializers.set(output, value);
    else nodes.push(mapSubgraphs(node, (body) => liftGraph(body, true)));
  }
  return { ...graph, nodes, initializers };
}

/** The tensor a Constant node makes; `undefined` for other nodes, text and sparse tensors. */
export function constantValue(node: Node): StoredTensor | undefined {
  if (node.op !== 'Constant' || node.domain !== '') return undefined;
  const { value, value_int, value_ints, value_float, value_floats } = node.attributes;
  if (value?.kind === 'tensor') return value.value;
  if (value_int?.kind === 'int') return int64Tensor([value_int.value], []);
  if (value_ints?.kind === 'ints') return int64Tensor(value_ints.value);
  if (value_float?.kind === 'float') return float32([], [value_float.value]);
  if (value_floats?.kind === 'floats') return float32([value_floats.value.length], value_floats.value);
  return undefined;
}
