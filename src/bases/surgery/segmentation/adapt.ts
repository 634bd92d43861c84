import { type Graph, inferTypes, type Model, pruneUnused, type TensorType, type ValueInfo } from '../../../engine/graph/index.js';
import { findFeatures } from '../find-features.js';
import { fixedBatch, freeBatch, nameBatch } from '../free-batch.js';
import { findParameters } from '../parameters.js';
import { withOutputStride } from './dilate.js';
import type { Stage } from './feature-map.js';
import { fullyConvolutional, type SegmentationHeadName, segmentationHead } from './heads/index.js';
import { extentOf, type ImageDims, sizedFor } from './image.js';
import { Layers } from './layers.js';
import { convolutionalStages } from './stages.js';
import { patchTokens, tokenStages } from './tokens.js';

export interface SegmentationSpec {
  readonly sampleDims: ImageDims;
  /** What the base is cut at; the layer before its present head where left out. */
  readonly features?: string;
  readonly head: {
    readonly name: SegmentationHeadName;
    /** How many times smaller than the image the deepest map is at most. */
    readonly outputStride?: number;
    readonly width?: number;
    readonly dropout?: number;
    /** Whether training looks at a second head, on the stage before the last. */
    readonly aux?: boolean;
  };
  readonly classes: number;
  readonly seed: number;
}

/** A base with a head for pixels. */
export interface SegmentationModel {
  /** Its outputs: scores `[N, classes, H, W]`, and those of the auxiliary head where there is one. */
  readonly model: Model;
  readonly headParameters: readonly string[];
  /** The outputs of the finished model. */
  readonly outputs: readonly ValueInfo[];
  /** Name of the output of the auxiliary head. */
  readonly auxiliary: string | undefined;
}

/**
 * Makes a classifier of images, convolutional or a vision transformer, into a model that has scores for each pixel.
 * @throws HEAD_NOT_FOUND, SEGMENTATION_NO_MAPS, SEGMENTATION_STRIDE
 */
export function adaptForPixels(model: Model, { sampleDims, features, head, classes, seed }: SegmentationSpec): SegmentationModel {
  const row = segmentationHead(head.name);
  const base = backboneOf(model, features ?? findFeatures(model.graph), sampleDims, row.dilates ? (head.outputStride ?? 16) : undefined);
  const l = new Layers(base.graph, seed);
  const stages = base.stages(l);
  const { channels } = (stages.at(-1) as Stage).map;
  const image = extentOf(sampleDims);
  const settings = { classes, width: head.width ?? row.width ?? Math.max(1, channels >> 2), dropout: head.dropout ?? row.dropout };
  const logits = l.resize(row.build(l, { stages, image, ...settings }), image);
  const { map } = stages.at(-2) ?? (stages.at(-1) as Stage);
  const aux = head.aux
    ? l.resize(
        fullyConvolutional(l, map, 'aux', { classes, width: Math.max(1, map.channels >> 2), dropout: AUX_DROPOUT * Number(settings.dropout > 0) }),
        image,
      )
    : undefined;
  const { graph, names } = l.graph({ logits, ...(aux && { 'aux-logits': aux }) });
  const whole = nameBatch(pruneUnused(graph));
  const known = new Set(findParameters(base.graph).map(({ name }) => name));
  return {
    model: { ...model, graph: whole },
    headParameters: findParameters(whole).flatMap(({ name }) => (known.has(name) ? [] : [name])),
    outputs: whole.outputs.slice(0, 1),
    auxiliary: names[1],
  };
}

/** That of FCN's own head, where anything is dropped at all. */
const AUX_DROPOUT = 0.1;

interface Backbone {
  readonly graph: Graph;
  stages(l: Layers): Stage[];
}

function backboneOf(model: Model, features: string, sampleDims: ImageDims, outputStride: number | undefined): Backbone {
  const opset = model.opsets.get('') as number;
  const image = extentOf(sampleDims);
  const below = sizedFor(freeBatch({ ...model, graph: cutAt(model.graph, [features]) }).model.graph, sampleDims);
  const typesOf = (graph: Graph): ReadonlyMap<string, TensorType> => {
    const rows = fixedBatch(graph) ?? 1;
    return inferTypes(graph, opset, Object.fromEntries(Object.entries(sampleDims).map(([name, sample]) => [name, [rows, ...sample]]))).types;
  };
  const types = typesOf(below);
  const found = convolutionalStages(below, features, types, image);
  if (found.length < 2) {
    const tokens = patchTokens(below, features, types);
    return { graph: below, stages: (l) => tokenStages(l, tokens, image) };
  }
  const maps = cutAt(
    below,
    found.map(({ map }) => map.name),
  );
  const graph = outputStride === undefined ? maps : withOutputStride(maps, types, opset, outputStride);
  const finer = typesOf(graph);
  const stages = found.map(({ stride, map }): Stage => {
    const [, , height = 0, width = 0] = finer.get(map.name)?.dims ?? [];
    return { stride, map: { ...map, height, width } };
  });
  return { graph, stages: () => stages };
}

/** What some values need. */
function cutAt(graph: Graph, values: readonly string[]): Graph {
  return pruneUnused({ ...graph, outputs: values.map((name) => ({ name, type: { kind: 'tensor', type: 'float32', dims: undefined } })) });
}
