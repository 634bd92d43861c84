import type { Model, Node, StoredTensor } from './model.js';

/**
 * Exporters store equal initialisers once and reach them through Identity nodes, which makes separate parameters look
 * tied. Each Identity over an initialiser becomes an initialiser of its own, named by the output; the memory stays shared.
 * An Identity that makes an output of the model stays.
 */
export function splitIdentities(model: Model): Model {
  const { graph } = model;
  const outputs = new Set(graph.outputs.map((output) => output.name));
  const initializers = new Map<string, StoredTensor>(graph.initializers);
  const nodes: Node[] = [];
  for (const node of graph.nodes) {
    const [input = ''] = node.inputs;
    const [output = ''] = node.outputs;
    const source = node.op === 'Identity' && node.domain === '' && !outputs.has(output) ? initializers.get(input) : undefined;
    if (source) initializers.set(output, source);
    else nodes.push(node);
  }
  return { ...model, graph: { ...graph, nodes, initializers } };
}
