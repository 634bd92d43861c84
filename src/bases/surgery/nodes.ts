import { type AttributeValue, attributes, type Graph, type Node, type StandardOp } from '../../engine/graph/index.js';

/** A node whose first output names it. */
export function makeNode(op: StandardOp, inputs: readonly string[], output: string, values: Readonly<Record<string, AttributeValue>> = {}): Node {
  return { name: output, op, domain: '', inputs, outputs: [output], attributes: attributes(values) };
}

/** All value names a graph uses. */
export function namesIn(graph: Graph): Set<string> {
  const names = new Set([...graph.initializers.keys(), ...graph.inputs.map(({ name }) => name)]);
  for (const node of graph.nodes) for (const output of node.outputs) names.add(output);
  return names;
}
