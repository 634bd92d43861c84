import { fail } from '../../core/index.js';
import { type Graph, type Node, reads } from '../../engine/graph/index.js';
import { findParameters } from './parameters.js';

/** Ops that make a layer with weights. */
export const WEIGHTED = new Set(['Gemm', 'MatMul', 'Conv']);

/**
 * Where the head of a model begins: the value that its last weighted layer (Gemm, MatMul or Conv) reads. The layer before the head. What comes
 * between that layer and the output, such as the choice of a sequence's last token, belongs to the head.
 * @throws HEAD_NOT_FOUND when the output does not come from such a layer.
 */
export function findFeatures(graph: Graph): string {
  const producers = new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const { constants, weights } = constantValues(graph);
  let node: Node | undefined = producers.get(graph.outputs[0]?.name ?? '');
  while (node !== undefined) {
    const data = node.inputs.find((name) => name !== '' && !constants.has(name));
    if (data !== undefined && WEIGHTED.has(node.op) && node.inputs.some((name) => weights.has(name))) return data;
    node = producers.get(data ?? '');
  }
  return fail('HEAD_NOT_FOUND', { output: graph.outputs[0]?.name ?? '' });
}

/** Values that are the same whatever the data, and those among them that come from parameters: weights, as stored or transposed. */
export function constantValues(graph: Graph): { readonly constants: ReadonlySet<string>; readonly weights: ReadonlySet<string> } {
  const constants = new Set(graph.initializers.keys());
  const weights = new Set(findParameters(graph).map(({ name }) => name));
  for (const node of graph.nodes) {
    const needed = reads(node);
    if (!needed.every((name) => constants.has(name))) continue;
    for (const output of node.outputs) {
      constants.add(output);
      if (needed.some((name) => weights.has(name))) weights.add(output);
    }
  }
  return { constants, weights };
}
