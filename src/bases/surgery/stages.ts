import { sizeOf } from '../../core/index.js';
import { type Graph, type Node, reads, type TensorType } from '../../engine/graph/index.js';
import { findFeatures } from './features.js';

/** How many stages are worth tapping, from the last backwards. */
const DEEPEST = 4;

/** Ops that make a feature map, whatever they are given. */
const MAKES_MAP = /^(Conv|ConvTranspose|MaxPool|AveragePool|LpPool|Resize)$/;
/** Ops behind which a feature map is one no more: tokens, attention, vectors. */
const ENDS_MAP = /^(Reshape|Transpose|Flatten|Squeeze|Unsqueeze|MatMul|Gemm|Einsum|Gather|Softmax|Attention)$/;

/**
 * The last value of each stage of a backbone, shallow to deep: where the feature map `[N, C, H, W]` is about to be made smaller, or, for a
 * transformer `[N, T, C]`, the last of its residual sums.
 *
 * @param types static types of the graph's values, at any batch size
 */
export function stageEnds(graph: Graph, types: ReadonlyMap<string, TensorType>): string[] {
  const features = findFeatures(graph);
  const backbone = ancestorsOf(graph, features);
  const nodes = graph.nodes.filter((node) => node.outputs.some((name) => backbone.has(name)));
  const bySize = new Map(featureMaps(nodes, types).map(({ name, dims }) => [dims.slice(2).join('×'), name]));
  const ends = bySize.size > 1 ? [...bySize.values()] : residualSums(nodes, graph, types);
  return ends.length === 0 ? [features] : ends.slice(-DEEPEST);
}

/** Values `[N, C, H, W]` (or with other spatial axes) of more than one position. */
function featureMaps(nodes: readonly Node[], types: ReadonlyMap<string, TensorType>): { name: string; dims: readonly number[] }[] {
  const maps = new Set<string>();
  return nodes.flatMap(({ op, inputs, outputs }) => {
    const [name = ''] = outputs;
    const { dims = [] } = types.get(name) ?? {};
    const isMap = dims.length >= 4 && (MAKES_MAP.test(op) || (!ENDS_MAP.test(op) && inputs.some((input) => maps.has(input))));
    if (!isMap) return [];
    maps.add(name);
    // A border added for the next layer is no feature.
    return op !== 'Pad' && sizeOf(dims.slice(2)) > 1 ? [{ name, dims }] : [];
  });
}

/** Sums `[N, T, C]` of two computed values, of the shape of the last one: not those inside a GELU, which is wider. */
function residualSums(nodes: readonly Node[], graph: Graph, types: ReadonlyMap<string, TensorType>): string[] {
  const shapeOf = (name: string): string => (graph.initializers.has(name) ? '' : (types.get(name)?.dims.join('×') ?? ''));
  const sums = nodes.flatMap(({ op, inputs: [a = '', b = ''], outputs: [sum = ''] }) =>
    op === 'Add' && types.get(sum)?.dims.length === 3 && shapeOf(a) === shapeOf(sum) && shapeOf(b) === shapeOf(sum) ? [sum] : [],
  );
  return sums.filter((sum) => shapeOf(sum) === shapeOf(sums.at(-1) ?? ''));
}

function ancestorsOf(graph: Graph, value: string): Set<string> {
  const reached = new Set([value]);
  for (const node of graph.nodes.toReversed()) if (node.outputs.some((name) => reached.has(name))) for (const name of reads(node)) reached.add(name);
  return reached;
}
