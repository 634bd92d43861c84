import { type Graph, type Node, pruneUnused, reads, type TensorType, type ValueInfo } from '../../engine/graph/index.js';

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
 * @param isBySample whether a value has a row for each sample, as what crosses over must: it is kept and shuffled by samples
 */
export function partition(
  graph: Graph,
  types: ReadonlyMap<string, TensorType>,
  changing: ReadonlySet<string>,
  isBySample: (name: string) => boolean,
): Partition {
  const sources = new Set(changing);
  for (;;) {
    const cut = cutAt(graph, types, changing, sources);
    const read = new Set(cut.suffix.nodes.flatMap(reads));
    const mixed = cut.boundary.filter((name) => read.has(name) && !isBySample(name) && !graph.inputs.some((input) => input.name === name));
    if (mixed.length === 0) return cut;
    // The nodes that mix samples, such as the transposition before a recurrent layer, are computed at every step.
    for (const name of mixed) sources.add(name);
  }
}

/** @param sources the changing values, and values of the graph that belong to the suffix all the same */
function cutAt(graph: Graph, types: ReadonlyMap<string, TensorType>, changing: ReadonlySet<string>, sources: ReadonlySet<string>): Partition {
  const inputs = graph.inputs.map(({ name }) => name);
  const moving = reachable(graph.nodes, sources);
  const dependsOnData = reachable(
    graph.nodes,
    inputs.filter((name) => !changing.has(name)),
  );
  const within = (node: Node, values: ReadonlySet<string>): boolean => node.outputs.some((name) => values.has(name));
  // What depends on neither parameters nor data is a constant that both sides may compute for themselves.
  const prefixNodes = graph.nodes.filter((node) => !within(node, moving));
  const suffixNodes = graph.nodes.filter((node) => within(node, moving) || !within(node, dependsOnData));
  const wanted = [...suffixNodes.flatMap(reads), ...graph.outputs.map(({ name }) => name)];
  const boundary = [...new Set(wanted)].filter((name) => dependsOnData.has(name) && !moving.has(name));
  const infos = boundary.map((name) => info(name, types));
  const fed = graph.inputs.filter(({ name }) => changing.has(name));
  const suffix = pruneUnused({ ...graph, nodes: suffixNodes, inputs: [...infos, ...fed] });
  const usesPrefix = boundary.some((name) => prefixNodes.some((node) => node.outputs.includes(name)));
  const data = graph.inputs.filter(({ name }) => !changing.has(name));
  return { prefix: usesPrefix ? pruneUnused({ ...graph, nodes: prefixNodes, inputs: data, outputs: infos }) : undefined, suffix, boundary };
}

/** `sources` and all values computed from them. */
function reachable(nodes: readonly Node[], sources: Iterable<string>): Set<string> {
  const reached = new Set(sources);
  for (const node of nodes) if (reads(node).some((name) => reached.has(name))) for (const output of node.outputs) reached.add(output);
  return reached;
}

function info(name: string, types: ReadonlyMap<string, TensorType>): ValueInfo {
  const type = types.get(name);
  return { name, type: { kind: 'tensor', type: type?.type ?? 'unknown', dims: type?.dims } };
}
