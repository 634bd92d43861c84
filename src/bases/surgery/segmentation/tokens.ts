import { fail } from '../../../core/index.js';
import type { Graph, TensorType } from '../../../engine/graph/index.js';
import { ancestorsOf, featureMaps, residualSums } from '../stages.js';
import type { Extent, Stage } from './feature-map.js';
import type { Layers } from './layers.js';

/** Tokens of a vision transformer that stand for patches of the image. */
export interface PatchTokens {
  /** Values `[N, T, C]`, shallow to deep; the last one normalised, where the model does that. */
  readonly values: readonly string[];
  readonly channels: number;
  /** Patches of the image. */
  readonly grid: Extent;
  /** Tokens before these: of the class, of distillation, registers. */
  readonly extra: number;
}

/** How many depths of a transformer stand for the stages of a convolutional backbone. */
const DEPTHS = 4;

/**
 * The tokens of a vision transformer at four depths, evenly spaced.
 * @param types static types of the graph's values
 * @throws SEGMENTATION_NO_MAPS where there are no tokens, or these are no grid
 */
export function patchTokens(graph: Graph, features: string, types: ReadonlyMap<string, TensorType>): PatchTokens {
  const needed = ancestorsOf(graph, features);
  const nodes = graph.nodes.filter((node) => node.outputs.some((name) => needed.has(name)));
  const sums = residualSums(nodes, graph, types);
  const [, channels = 0, height = 0, width = 0] = [...featureMaps(nodes, types).values()].at(-1) ?? [];
  const last = sums.at(-1) ?? '';
  const [, count = 0, size = 0] = types.get(last)?.dims ?? [];
  const extra = count - height * width;
  if (sums.length === 0 || channels === 0 || extra < 0) fail('SEGMENTATION_NO_MAPS', { features });
  const values = Array.from({ length: DEPTHS }, (_, i) => sums[Math.ceil((sums.length * (i + 1)) / DEPTHS) - 1] as string);
  return { values: [...values.slice(0, -1), normalised(graph, last)], channels: size, grid: { height, width }, extra };
}

/** What the last layer normalisation makes of the tokens. */
function normalised(graph: Graph, tokens: string): string {
  const readers = graph.nodes.filter(({ inputs }) => inputs.includes(tokens));
  const [only] = readers;
  return readers.length === 1 && only?.op === 'LayerNormalization' && only.inputs[0] === tokens ? (only.outputs[0] as string) : tokens;
}

/**
 * The depths as the stages that heads expect: the deepest at the size of the grid, those before it twice as large each
 * (as in SETR, Zheng et al., arXiv 2012.15840, and ViTDet, Li et al., arXiv 2203.16527, a plain transformer gives maps of one size alone).
 */
export function tokenStages(l: Layers, { values, channels, grid, extra }: PatchTokens, image: Extent): Stage[] {
  const patch = image.height / grid.height;
  return values.slice(1).map((tokens, i, all): Stage => {
    const factor = 2 ** (all.length - 1 - i);
    const map = l.grid(tokens, channels, extra, grid);
    return { stride: patch / factor, map: l.resize(map, { height: grid.height * factor, width: grid.width * factor }) };
  });
}
