import { layerNames, type Parameter } from '../../../bases/surgery/index.js';
import { type Graph, type Node, type TensorType, type Work, workOf } from '../../../engine/graph/index.js';

/** Nodes of a model that belong together: one with weights, and those without that follow it. */
export interface Layer extends Work {
  /** Name of the module that holds the weights: `layer1.0.conv1`. */
  readonly name: string;
  readonly ops: readonly string[];
  /** The value the layer ends with. */
  readonly output: string;
  /** Shape of that value, batch axis included; `undefined` where it is not known. */
  readonly dims: readonly number[] | undefined;
  /** Number of parameter tensors. */
  readonly tensors: number;
  readonly parameters: number;
}

/** Name of what runs before the first layer with weights. */
export const INPUT_LAYER = '(input)';

/**
 * The layers of a model in the order the data flows. Each parameter counts once, where it is first used.
 *
 * @param graph a graph without computations of constants, as `specialise` gives it
 * @param types static types of its values; may be empty
 */
export function layersOf(graph: Graph, all: readonly Parameter[], types: ReadonlyMap<string, TensorType>): Layer[] {
  const parameters = new Map(all.map((parameter) => [parameter.name, parameter]));
  const nameOf = layerNames(graph, all);
  const groups: { name: string; nodes: Node[] }[] = [];
  for (const node of graph.nodes) {
    if (node.op === 'Constant') continue;
    const name = nameOf(node);
    const last = groups.at(-1);
    if (last !== undefined && (name === undefined || name === last.name)) last.nodes.push(node);
    else groups.push({ name: name ?? INPUT_LAYER, nodes: [node] });
  }
  const counted = new Set<string>();
  return groups.map(({ name, nodes }) => layerOf(name, nodes, parameters, types, counted));
}

function layerOf(
  name: string,
  nodes: readonly Node[],
  parameters: ReadonlyMap<string, Parameter>,
  types: ReadonlyMap<string, TensorType>,
  counted: Set<string>,
): Layer {
  const own = [...new Set(nodes.flatMap((node) => node.inputs))].flatMap((input) => (counted.has(input) ? [] : (parameters.get(input) ?? [])));
  for (const parameter of own) counted.add(parameter.name);
  // Padding at the end is there for the next layer.
  const output = (nodes.findLast((node) => node.op !== 'Pad') ?? nodes.at(-1))?.outputs[0] ?? '';
  const work = nodes.map((node) => workOf(node, types));
  return {
    name,
    ops: nodes.map((node) => node.op),
    output,
    dims: types.get(output)?.dims,
    tensors: own.length,
    parameters: own.reduce((sum, { size }) => sum + size, 0),
    multiplyAdds: work.reduce((sum, { multiplyAdds }) => sum + multiplyAdds, 0),
    flops: work.reduce((sum, { flops }) => sum + flops, 0),
  };
}
