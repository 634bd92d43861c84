import type { Graph, ValueInfo } from '../../../engine/graph/index.js';
import type { Extent } from './feature-map.js';

/** Shape of the image, `[3, H, W]` or `[H, W, 3]`, by name of the input. */
export type ImageDims = Readonly<Record<string, readonly number[]>>;

/** Channels are first or last. */
export function extentOf(dims: ImageDims): Extent {
  const [a = 0, b = 0, c = 0] = Object.values(dims)[0] ?? [];
  return a <= 4 ? { height: b, width: c } : { height: a, width: b };
}

/** The graph for images of this size alone: that of the scores is written into it. */
export function sizedFor(graph: Graph, dims: ImageDims): Graph {
  const inputs = graph.inputs.map((info): ValueInfo => {
    const sample = dims[info.name];
    if (info.type.kind !== 'tensor' || sample === undefined) return info;
    return { ...info, type: { ...info.type, dims: [info.type.dims?.[0] ?? null, ...sample] } };
  });
  return { ...graph, inputs };
}
