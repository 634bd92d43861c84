import { sizeOf } from '../../../core/index.js';
import { type Graph, type Node, reads, type TensorType } from '../../../engine/graph/index.js';
import { ancestorsOf, featureMaps } from '../stages.js';
import { type Cut, cutsOf } from './cuts.js';
import type { Extent, Stage } from './feature-map.js';

type Maps = ReadonlyMap<string, readonly number[]>;

/**
 * The last map of each stage of a convolutional backbone, shallow to deep, one for each power of two that maps are smaller than the image. Of a stage that
 * ends with the first layer of the next block, which makes channels many in order to make the map small (MobileNet's expansion), the narrow map before that.
 *
 * @param features what the backbone is cut at: a map, or a vector made of one
 * @param types static types of the graph's values
 */
export function convolutionalStages(graph: Graph, features: string, types: ReadonlyMap<string, TensorType>, image: Extent): Stage[] {
  const needed = ancestorsOf(graph, features);
  const nodes = graph.nodes.filter((node) => node.outputs.some((name) => needed.has(name)));
  const maps = featureMaps(nodes, types);
  // A border added for the next layer is no feature.
  const cuts = cutsOf(nodes, graph, features).filter((cut) => maps.has(cut.name) && cut.nodes.at(-1)?.op !== 'Pad');
  const strideOf = ({ name }: Cut): number => 2 ** Math.round(Math.log2(image.height / ((maps.get(name) as number[])[2] as number)));
  const last = new Map(cuts.map((cut, index) => [strideOf(cut), index]));
  const deepest = Math.max(...last.keys());
  return [...last].flatMap(([stride, index]) => {
    if (stride < 2) return [];
    const at = stride === deepest ? index : beforeExpansion({ graph, cuts, maps }, index, (cut) => strideOf(cut) === stride);
    return [stageOf(cuts[at] as Cut, stride, maps)];
  });
}

interface Backbone {
  readonly graph: Graph;
  readonly cuts: readonly Cut[];
  readonly maps: Maps;
}

function stageOf({ name }: Cut, stride: number, maps: Maps): Stage {
  const [, channels = 0, height = 0, width = 0] = maps.get(name) ?? [];
  return { stride, map: { name, channels, height, width } };
}

/** The place of the cut before the last block's widening layer, or the last one's. */
function beforeExpansion({ graph, cuts, maps }: Backbone, last: number, isInStage: (cut: Cut) => boolean): number {
  for (let at = last; at > 0 && isInStage(cuts[at - 1] as Cut); at--) {
    const [before, after] = [cuts[at - 1] as Cut, cuts[at] as Cut];
    const weighted = after.nodes.filter(({ op }) => WEIGHTED.has(op));
    if (weighted.some((node) => !isPointwise(node, graph)) || after.nodes.some((node) => joins(node, maps))) return last;
    if (weighted.length > 0) return channelsOf(before, maps) < channelsOf(after, maps) ? at - 1 : last;
  }
  return last;
}

const WEIGHTED = new Set(['Conv', 'ConvTranspose', 'Gemm', 'MatMul', 'MaxPool', 'AveragePool']);

function channelsOf({ name }: Cut, maps: Maps): number {
  return (maps.get(name) as readonly number[])[1] as number;
}

/** Whether a convolution looks at one position at a time. */
function isPointwise({ op, inputs }: Node, { initializers }: Graph): boolean {
  return op === 'Conv' && sizeOf(initializers.get(inputs[1] ?? '')?.dims.slice(2) ?? []) === 1;
}

/** Whether two maps meet, as behind a residual block. */
function joins(node: Node, maps: Maps): boolean {
  return node.op === 'Add' && reads(node).filter((name) => maps.has(name)).length > 1;
}
