import { inferTypes, type Model, type ValueInfo } from '../../../engine/graph/index.js';
import { fixedBatch, nameBatch } from '../free-batch.js';
import { extentOf, type ImageDims, sizedFor } from './image.js';
import { Layers } from './layers.js';

/**
 * A model whose first output is scores `[N, classes, h, w]`, enlarged to the size of the image where they are smaller; that output alone.
 * @returns undefined where it gives something else
 */
export function keepForPixels(model: Model, sampleDims: ImageDims): { readonly model: Model; readonly outputs: number } | undefined {
  const graph = sizedFor(model.graph, sampleDims);
  const [first] = graph.outputs as readonly [ValueInfo];
  const rows = fixedBatch(graph) ?? 1;
  const dims = Object.fromEntries(Object.entries(sampleDims).map(([name, sample]) => [name, [rows, ...sample]]));
  const found = inferTypes(graph, model.opsets.get('') as number, dims).types.get(first.name)?.dims ?? [];
  const [, channels = 0, height = 0, width = 0] = found;
  if (found.length !== 4 || height * width === 1) return undefined;
  const l = new Layers(graph, 0);
  const scores = l.resize({ name: first.name, channels, height, width }, extentOf(sampleDims));
  const whole = nameBatch(l.graph({ logits: scores }).graph);
  return { model: { ...model, graph: whole }, outputs: channels };
}
