import { isFloat } from '../../../core/index.js';
import { attributes, type Graph, type Model, type Node } from '../../../engine/graph/index.js';

/** What exporters call a Constant node's output that is no tensor of the module: `/norm/Constant_1_output_0`. */
const UNNAMED = /(^|\/)Constant(_\d+)?_output_\d+$/;

/**
 * The model with the numbers of its code as Constant nodes again: ONNX Runtime's optimisers make initialisers of them, and what is a float initialiser
 * looks like a parameter, also the exponent of a square.
 */
export function withConstants(model: Model): Model {
  const found = [...model.graph.initializers].filter(([name, tensor]) => tensor.type !== 'opaque' && isFloat(tensor.type) && UNNAMED.test(name));
  if (found.length === 0) return model;
  const nodes = found.map(([name, value]): Node => {
    const constant = value.type === 'opaque' ? {} : { value };
    return { name, op: 'Constant', domain: '', inputs: [], outputs: [name], attributes: attributes(constant) };
  });
  const names = new Set(found.map(([name]) => name));
  return { ...model, graph: rest(model.graph, names, nodes) };
}

function rest(graph: Graph, names: ReadonlySet<string>, constants: readonly Node[]): Graph {
  return {
    ...graph,
    nodes: [...constants, ...graph.nodes],
    inputs: graph.inputs.filter(({ name }) => !names.has(name)),
    initializers: new Map([...graph.initializers].filter(([name]) => !names.has(name))),
  };
}
