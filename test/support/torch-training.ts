import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { architectures } from '../../src/bases/importers/torch/architectures/index.js';
import { segmentationNetworks } from '../../src/bases/importers/torch/architectures/segmentation.js';
import { concatenate, flatten, Network, transpose, type Value } from '../../src/bases/importers/torch-layers/index.js';
import { int64, type Tensor } from '../../src/core/index.js';
import type { Model } from '../../src/engine/graph/index.js';
import { generated, generatedStateDict } from './generated-weights.js';
import { lossDifference } from './training-parity.js';

/** Steps that PyTorch took with a network of torchvision, as bench/oracles/torch_training.py writes them. */
export interface TrainingCase {
  readonly side: number;
  readonly gain: number;
  readonly rate: number;
  /** Of the images, or of every so manyth pixel, image by image and row by row. */
  readonly labels: readonly number[];
  /** Before each step. */
  readonly losses: readonly number[];
  readonly weights: Readonly<Record<string, readonly number[]>>;
  /** What the loss has a gradient for. */
  readonly trained: readonly string[];
}

const file = new URL('../torch/training.json.gz', import.meta.url);
const { seed, pixelStep, cases } = JSON.parse(gunzipSync(readFileSync(file)).toString()) as {
  readonly seed: number;
  readonly pixelStep: number;
  readonly cases: Readonly<Record<string, TrainingCase>>;
};
export const trainingCases = cases;

/** A network whose first output is scores `[N, classes]`, and the samples. */
interface Lesson {
  readonly model: Model;
  readonly inputs: Readonly<Record<string, Tensor>>;
  readonly labels: readonly number[];
}

export function lessonOf(name: string, golden: TrainingCase): Promise<Lesson> {
  const images = generated(seed, 'images', [2, 3, golden.side, golden.side], -2, 2);
  return Object.hasOwn(segmentationNetworks, name) ? ofPixels(name, golden, images) : ofImages(name, golden, images);
}

/** How far from PyTorch's losses those of the same steps are. */
export async function differenceOf(name: string, golden: TrainingCase): Promise<number> {
  return lossDifference({ ...golden, ...(await lessonOf(name, golden)) });
}

async function ofImages(name: string, { weights, gain, side, labels }: TrainingCase, images: Tensor): Promise<Lesson> {
  const net = new Network(generatedStateDict(weights, seed, gain));
  const { model } = await net.finish(name, layersOf(name, net, net.images([side, side])));
  return { model, inputs: { images }, labels };
}

/** The samples are pixels, by their number, of images that are always the same: those of all outputs one after the other. */
async function ofPixels(name: string, { weights, gain, labels }: TrainingCase, images: Tensor): Promise<Lesson> {
  const net = new Network(generatedStateDict(weights, seed, gain));
  const pixels = net.input('pixels', 'int64', ['batch']);
  const maps = Object.values(layersOf(name, net, net.constant('images', images)));
  const [first, ...others] = maps.map((map) => flatten(transpose(map, [1, 0, 2, 3])));
  if (!first) throw new Error(`${name} has no outputs`);
  const scores = transpose(concatenate([first, ...others], 1), [1, 0]);
  const chosen = net.op('chosen', 'Gather', [scores, pixels], ['batch', scores.dims[1] ?? null], { axis: 0 });
  const { model } = await net.finish(name, { scores: chosen });
  const numbers = maps.flatMap((_, i) => labels.map((_, at) => i * Number(first.dims[1]) + at * pixelStep));
  return { model, inputs: { pixels: int64([numbers.length], numbers) }, labels: maps.flatMap(() => labels) };
}

function layersOf(name: string, net: Network, images: Value): Readonly<Record<string, Value>> {
  return architectures[name]?.build(net, images) ?? {};
}
