import { type Graph, type Node, reads, type TensorType } from '../../engine/graph/index.js';
import { constantValues, WEIGHTED } from './find-features.js';

/** A sum of a value and of what a branch with weights makes of that value. */
export interface ResidualBlock {
  /** Name of the value that the branch gives. */
  readonly branch: string;
  /** The node that adds it to the value that the branch began with. */
  readonly sum: Node;
}

/**
 * The residual blocks of a graph, from the input to the output: additions of two values of one shape, of which one is computed from the other by at
 * least one layer with weights. Blocks whose shortcut has a layer of its own are not among them.
 *
 * @param types static types of the graph's values
 */
export function residualBlocks(graph: Graph, types: ReadonlyMap<string, TensorType>): ResidualBlock[] {
  const places = new Map(graph.nodes.flatMap((node, place) => node.outputs.map((name) => [name, place] as const)));
  const { constants, weights } = constantValues(graph);
  const hasWeights = (node: Node): boolean => WEIGHTED.has(node.op) && node.inputs.some((name) => weights.has(name));
  const comesFrom = (branch: string, identity: string): boolean => nodesBetween(graph, places, branch, identity).some(hasWeights);
  return graph.nodes.flatMap((sum) => {
    if (sum.op !== 'Add' || sum.domain !== '' || sum.inputs.some((name) => constants.has(name))) return [];
    const [a, b] = sum.inputs as [string, string];
    if (String(types.get(a)?.dims) !== String(types.get(b)?.dims)) return [];
    const branch = comesFrom(b, a) ? b : comesFrom(a, b) ? a : undefined;
    return branch === undefined ? [] : [{ branch, sum }];
  });
}

/** The nodes that compute `branch` from `identity` and from what comes before; none where `identity` is not used. */
function nodesBetween(graph: Graph, places: ReadonlyMap<string, number>, branch: string, identity: string): readonly Node[] {
  const first = places.get(identity) ?? -1;
  const found = new Set<number>();
  const open = [branch];
  let isUsed = false;
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const place = places.get(name) ?? -1;
    isUsed ||= name === identity;
    if (place <= first || found.has(place)) continue;
    found.add(place);
    open.push(...reads(graph.nodes[place] as Node));
  }
  return isUsed ? [...found].map((place) => graph.nodes[place] as Node) : [];
}
