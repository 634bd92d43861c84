import { readFileSync } from 'node:fs';
import { architectures } from '../../src/bases/importers/torch/architectures/index.js';
import { dilatedResnets, resnetStages } from '../../src/bases/importers/torch/architectures/resnet.js';
import { flatten, globalAverage, linear, Network } from '../../src/bases/importers/torch-layers/index.js';
import { adaptForPixels, keepForPixels, prepareModel } from '../../src/bases/surgery/index.js';
import { Random, type Tensor } from '../../src/core/index.js';
import type { Model } from '../../src/engine/graph/index.js';
import type { LearnerSpec } from '../../src/learning/training/index.js';
import { generated, generatedStateDict, generatedWeight } from './generated-weights.js';
import type { Pixels } from './pixels.js';
import type { Sample } from './sample.js';

/** What torchvision computed with a DeepLabV3, as bench/oracles/segmentation_training.py writes it. */
export interface DeepLabCase {
  readonly side: number;
  readonly rate: number;
  /** Before any training. */
  readonly scores: Readonly<Record<'out' | 'aux', Sample>>;
  /** Before each step. */
  readonly losses: readonly number[];
  /** The largest difference of these in single precision. */
  readonly single: number;
  readonly weights: Readonly<Record<string, readonly number[]>>;
}

const golden = JSON.parse(readFileSync(new URL('../segmentation/deeplab.json', import.meta.url), 'utf8')) as {
  readonly seed: number;
  readonly classes: number;
  readonly images: number;
  readonly cases: Readonly<Record<string, DeepLabCase>>;
};
export const { classes, cases: deepLabCases } = golden;

export type SegmentationLesson = Pick<LearnerSpec, 'model' | 'head' | 'auxiliary'>;

/** A classifier, without dilation, with a DeepLabV3 put on it, and the oracle's weights in both. */
export async function onResnet({ weights, side }: DeepLabCase, outputStride: number): Promise<SegmentationLesson> {
  const own = Object.entries(weights).filter(([name]) => name.startsWith('backbone.'));
  const width = weights['backbone.layer4.0.bn3.weight']?.[0] as number;
  const net = new Network(generatedStateDict(Object.fromEntries([...own, ['fc.weight', [7, width]], ['fc.bias', [7]]]), golden.seed, 1));
  const design = { branch: dilatedResnets.resnet50.branch, depths: [1, 2, 1, 2] };
  const last = resnetStages(net.images([side, side]), design, 'backbone.').at(-1) as Parameters<typeof flatten>[0];
  const { model } = await net.finish('resnet', { logits: linear(flatten(globalAverage(last)), 'fc') });
  const adapted = adaptForPixels(prepareModel(model), {
    sampleDims: { images: [3, side, side] },
    head: { name: 'deeplabv3', outputStride, width: 16, dropout: 0, aux: true },
    classes,
    seed: 0,
  });
  const filled = withWeights(adapted.model, weights);
  return { model: filled, head: adapted.headParameters, auxiliary: { output: adapted.auxiliary as string, weight: 0.4 } };
}

/** Weights by torchvision's names, its heads' under those of Regraft. */
function withWeights(model: Model, weights: DeepLabCase['weights']): Model {
  const initializers = new Map(model.graph.initializers);
  for (const [name, dims] of Object.entries(weights)) {
    const here = name.replace(/^classifier\./, 'head.').replace(/^aux_classifier\./, 'aux.');
    if (initializers.get(here)?.dims.join() !== dims.join()) throw new Error(`${here} is not [${dims.join()}]`);
    initializers.set(here, generatedWeight(golden.seed, name, dims, 1));
  }
  return { ...model, graph: { ...model.graph, initializers } };
}

/** A network of torchvision that has a head for pixels already. */
export async function imported(name: string, { weights, side }: DeepLabCase): Promise<SegmentationLesson> {
  const net = new Network(generatedStateDict(weights, golden.seed, 1));
  const { model } = await net.finish(name, architectures[name]?.build(net, net.images([side, side])) ?? {});
  return { model: (keepForPixels(prepareModel(model), { images: [3, side, side] }) as { readonly model: Model }).model, head: [] };
}

/** The images, and blocks of 8 by 8 pixels of one class; those of a further number are ignored. */
export function lessonPixels({ side }: DeepLabCase): Pixels {
  const { images: count, seed } = golden;
  const blocks = side / 8;
  const random = new Random(seed, 'masks');
  const drawn = Array.from({ length: count * blocks * blocks }, () => Math.floor(random.uniform(0, classes + 1)));
  const data = BigInt64Array.from({ length: count * side * side }, (_, pixel) => {
    const [image, y, x] = [Math.floor(pixel / (side * side)), Math.floor(pixel / side) % side, pixel % side];
    const block = drawn[(image * blocks + (y >> 3)) * blocks + (x >> 3)] as number;
    return block === classes ? 255n : BigInt(block);
  });
  const masks: Tensor = { type: 'int64', dims: [count, side, side], data };
  return { images: generated(seed, 'images', [count, 3, side, side], -2, 2), masks };
}
