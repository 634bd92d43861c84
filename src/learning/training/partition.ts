import { type Graph, type Node, pruneUnused, type TensorType, type ValueInfo } from '../../engine/graph/index.js';

/** A forward graph in two: what no trainable parameter touches, and the rest. */
export interface Partition {
  /** Graph inputs → boundary values; `undefined` where everything is trainable. */
  readonly prefix: Graph | undefined;
  /** Boundary values → the graph's outputs. */
  readonly suffix: Graph;
  /** Names of the values that cross over; the suffix takes them and the inputs that change from step to step, such as dropout masks. */
  readonly boundary: readonly string[];
}

/**
 * Splits a forward graph at its first trainable parameters. The prefix gives the same values at every step, so it needs to run only once
 * a sample.
 *
 * @param types static types of the graph's values
 * @param changing names of the values that change from step to step: trainable parameters and statistics
 */
export function partition(graph: Graph, types: ReadonlyMap<string, TensorType>, changing: ReadonlySet<string>): Partition {
  const moving = new Set(changing);
  const suffixNodes: Node[] = [];
  const prefixNodes: Node[] = [];
  for (const node of graph.nodes) {
    const moves = node.inputs.some((name) => moving.has(name));
    if (moves) for (const output of node.outputs) moving.add(output);
    (moves ? suffixNodes : prefixNodes).push(node);
  }
  const ready = new Set([...graph.inputs.map(({ name }) => name).filter((name) => !changing.has(name)), ...prefixNodes.flatMap((node) => node.outputs)]);
  const wanted = [...suffixNodes.flatMap((node) => node.inputs), ...graph.outputs.map(({ name }) => name)];
  const boundary = [...new Set(wanted)].filter((name) => ready.has(name) && !graph.initializers.has(name));
  const infos = boundary.map((name) => info(name, types));
  const suffix = pruneUnused({ ...graph, nodes: suffixNodes, inputs: [...infos, ...graph.inputs.filter(({ name }) => changing.has(name))] });
  const usesPrefix = boundary.some((name) => prefixNodes.some((node) => node.outputs.includes(name)));
  return { prefix: usesPrefix ? pruneUnused({ ...graph, nodes: prefixNodes, outputs: infos }) : undefined, suffix, boundary };
}

function info(name: string, types: ReadonlyMap<string, TensorType>): ValueInfo {
  const type = types.get(name);
  return { name, type: { kind: 'tensor', type: type?.type ?? 'unknown', dims: type?.dims } };
}
