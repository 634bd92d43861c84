import { type Graph, reads, type TensorType } from '../../engine/graph/index.js';
import { findFeatures } from './features.js';

/** How many stages are worth tapping, from the last backwards. */
const DEEPEST = 4;

/**
 * The last value of each stage of a backbone, shallow to deep: where the feature map `[N, C, H, W]` is about to be made smaller, or, for a
 * transformer `[N, T, C]`, the last of its residual sums.
 *
 * @param types static types of the graph's values, at any batch size
 */
export function stageEnds(graph: Graph, types: ReadonlyMap<string, TensorType>): string[] {
  const features = findFeatures(graph);
  const backbone = ancestorsOf(graph, features);
  const maps = graph.nodes
    .filter((node) => node.outputs.some((name) => backbone.has(name)))
    .map((node) => ({ op: node.op, name: node.outputs[0] as string, dims: types.get(node.outputs[0] as string)?.dims ?? [] }));
  const spatial = maps.filter(({ dims }) => dims.length === 4 && (dims[2] as number) * (dims[3] as number) > 1);
  const bySize = new Map(spatial.map(({ name, dims }) => [`${dims[2]}×${dims[3]}`, name]));
  const sums = maps.filter(({ op, dims }) => op === 'Add' && dims.length === 3).map(({ name }) => name);
  const ends = bySize.size > 1 ? [...bySize.values()] : sums;
  return ends.length === 0 ? [features] : ends.slice(-DEEPEST);
}

function ancestorsOf(graph: Graph, value: string): Set<string> {
  const reached = new Set([value]);
  for (const node of graph.nodes.toReversed()) if (node.outputs.some((name) => reached.has(name))) for (const name of reads(node)) reached.add(name);
  return reached;
}
