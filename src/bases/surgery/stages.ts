import { sizeOf } from '../../core/index.js';
import { type Graph, type Node, reads, type TensorType } from '../../engine/graph/index.js';
import { findFeatures } from './find-features.js';

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
  const nodes = withoutPads(graph.nodes.filter((node) => node.outputs.some((name) => backbone.has(name))));
  const maps = endsOfSizes(nodes, featureMaps(nodes, types));
  const ends = maps.length > 1 ? maps : residualSums(nodes, graph, types);
  return ends.length === 0 ? [features] : ends.slice(-DEEPEST);
}

/** A border added for the next layer is no feature: that layer reads what is inside. */
function withoutPads(nodes: readonly Node[]): Node[] {
  const inside = new Map<string, string>();
  return nodes.flatMap((node) => {
    const inputs = node.inputs.map((name) => inside.get(name) ?? name);
    if (node.op !== 'Pad') return [{ ...node, inputs }];
    inside.set(node.outputs[0] ?? '', inputs[0] ?? '');
    return [];
  });
}

/** Values `[N, C, H, W]` (or with other spatial axes) of more than one position, and their dimensions. */
export function featureMaps(nodes: readonly Node[], types: ReadonlyMap<string, TensorType>): Map<string, readonly number[]> {
  const maps = new Map<string, readonly number[]>();
  for (const { op, inputs, outputs } of nodes) {
    const [name = ''] = outputs;
    const { dims = [] } = types.get(name) ?? {};
    const isMap = dims.length >= 4 && sizeOf(dims.slice(2)) > 1;
    if (isMap && (MAKES_MAP.test(op) || (!ENDS_MAP.test(op) && inputs.some((input) => maps.has(input))))) maps.set(name, dims);
  }
  return maps;
}

/** Of each size the widest map that a smaller one is made from, the last of equally wide ones; of the smallest size the last map. */
function endsOfSizes(nodes: readonly Node[], maps: ReadonlyMap<string, readonly number[]>): string[] {
  const ends = new Map<string, string>();
  const last = [...maps.keys()].at(-1) ?? '';
  const read = nodes.flatMap(({ inputs, outputs }) => inputs.filter((name) => isLarger(maps.get(name), maps.get(outputs[0] ?? ''))));
  for (const name of [...maps.keys()].filter((map) => map === last || read.includes(map))) {
    const dims = maps.get(name) as readonly number[];
    const size = dims.slice(2).join('×');
    const present = maps.get(ends.get(size) ?? '')?.[1] ?? 0;
    if ((dims[1] as number) >= present || name === last) ends.set(size, name);
  }
  return [...ends.values()];
}

function isLarger(map: readonly number[] | undefined, made: readonly number[] | undefined): boolean {
  return map !== undefined && made !== undefined && sizeOf(map.slice(2)) > sizeOf(made.slice(2));
}

/** Sums `[N, T, C]` of two computed values, of the shape of the last one: not those inside a GELU, which is wider. */
export function residualSums(nodes: readonly Node[], graph: Graph, types: ReadonlyMap<string, TensorType>): string[] {
  const shapeOf = (name: string): string => (graph.initializers.has(name) ? '' : (types.get(name)?.dims.join('×') ?? ''));
  const sums = nodes.flatMap(({ op, inputs: [a = '', b = ''], outputs: [sum = ''] }) =>
    op === 'Add' && types.get(sum)?.dims.length === 3 && shapeOf(a) === shapeOf(sum) && shapeOf(b) === shapeOf(sum) ? [sum] : [],
  );
  return sums.filter((sum) => shapeOf(sum) === shapeOf(sums.at(-1) ?? ''));
}

export function ancestorsOf(graph: Graph, value: string): Set<string> {
  const reached = new Set([value]);
  for (const node of graph.nodes.toReversed()) if (node.outputs.some((name) => reached.has(name))) for (const name of reads(node)) reached.add(name);
  return reached;
}
