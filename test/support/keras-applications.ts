import { readFileSync } from 'node:fs';
import { type Architecture, applications, buildApplication } from '../../src/bases/importers/keras/applications/index.js';
import { placedLayers } from '../../src/bases/importers/keras/placed-weights.js';
import { isTrained } from '../../src/bases/importers/keras/variables.js';
import { assembleModel, type LayerSpec, type WeightStore } from '../../src/bases/importers/keras-layers/index.js';
import { withLogits } from '../../src/bases/surgery/index.js';
import { Random, sizeOf, type Tensor, toNumbers } from '../../src/core/index.js';
import type { Model } from '../../src/engine/graph/index.js';
import { runOnnx } from './ort.js';

/** What Keras computed with an application, as bench/oracles/keras_applications.py writes it. */
export interface ApplicationOutput {
  readonly alpha?: number;
  readonly gain: number;
  readonly parameters: number;
  readonly input: { readonly size: number; readonly low: number; readonly high: number };
  readonly shape: readonly number[];
  /** Every `step`-th number of the output. */
  readonly step: number;
  readonly values: readonly number[];
  /** Of the absolute values of all. */
  readonly mean: number;
  readonly max: number;
}

/** Numbers that change when the name or type of a layer does, or the name or shape of a weight. */
export interface Structure {
  readonly layers: number;
  readonly weights: number;
}

export interface ApplicationCase {
  readonly parameters: number;
  readonly size: number;
  readonly top: Structure;
  readonly bare: Structure;
  /** Without classifier, narrow, on a small image. */
  readonly small?: ApplicationOutput;
  readonly full?: ApplicationOutput;
}

interface Golden {
  readonly seed: number;
  readonly cases: Readonly<Record<string, ApplicationCase>>;
}

const file = new URL('../keras/applications.json', import.meta.url);
const { seed, cases } = JSON.parse(readFileSync(file, 'utf8')) as Golden;
export const applicationCases = cases;

/** Which of an application's designs has a width, by the widths that Keras has. */
const WIDTHS: Readonly<Record<string, number>> = { MobileNet: 3, MobileNetV2: 1, MobileNetV3Small: 1, MobileNetV3Large: 1 };

/** The layers of a golden case. @param classes none without classifier */
export function goldenArchitecture(name: string, size: number, classes: number | undefined, isNarrow = false): Architecture {
  const { designs } = applications[name] ?? { designs: [] };
  const design = designs[isNarrow ? (WIDTHS[name] ?? 0) : 0];
  if (!design) throw new Error(`no application ${name}`);
  return buildApplication(name, design, size, classes);
}

/** A number for the layers and one for the weights, as the oracle makes them. */
export function structureOf({ spec, dims }: Architecture): Structure {
  const layers = spec.layers.map((layer) => `${classOf(layer)} ${layer.name}`);
  const weights = placedLayers(spec).flatMap(({ weights }) =>
    weights.map(([key]) => key).sort((a, b) => Number(isTrained(b)) - Number(isTrained(a))),
  );
  return { layers: hashOf(layers), weights: hashOf(weights.map((key) => `${key} [${dims.get(key)?.join(', ')}]`)) };
}

function classOf(layer: LayerSpec): string {
  return layer.kind === 'input' ? 'InputLayer' : layer.kind === 'model' ? layer.model.type : layer.config.type;
}

/** The number of the stream of that name. */
function hashOf(lines: readonly string[]): number {
  return new Random(0, lines.join('\n')).state.stream;
}

/** The model of a golden case with the weights of the oracle; one with a classifier gives its logits. */
export function goldenApplication(name: string, which: 'small' | 'full'): Model {
  const golden = applicationCases[name]?.[which];
  if (!golden) throw new Error(`no case ${name}`);
  return generatedModel(goldenArchitecture(name, golden.input.size, which === 'full' ? 1000 : undefined, which === 'small'), golden.gain);
}

/** An architecture with the weights of the oracle. */
export function generatedModel(architecture: Architecture, gain: number): Model {
  return withLogits(assembleModel(architecture.spec, generatedWeights(architecture, gain), { bilinear: 'half_pixel', hardSigmoidSlope: 1 / 6 }));
}

/** The oracle's weights, made when asked for. */
export function generatedWeights({ dims }: Architecture, gain: number): WeightStore {
  return {
    find: (layer, weight, parents) => {
      const name = [...parents, layer, weight].join('/');
      const shape = dims.get(name);
      return shape && { name, tensor: generated(name, shape, ...rangeOf(weight, shape, gain)) };
    },
  };
}

function rangeOf(weight: string, dims: readonly number[], gain: number): [low: number, high: number] {
  if (['gamma', 'moving_variance', 'variance'].includes(weight)) return [0.5, 1.5];
  if (!weight.includes('kernel')) return [-0.1, 0.1];
  const isDepthwise = dims.length === 4 && dims[3] === 1;
  const bound = gain * Math.sqrt(3 / sizeOf(dims.slice(0, isDepthwise ? 2 : -1)));
  return [-bound, bound];
}

function generated(stream: string, dims: readonly number[], low: number, high: number): Tensor {
  const random = new Random(seed, stream);
  const data = new Float32Array(sizeOf(dims));
  for (let i = 0; i < data.length; i++) data[i] = random.uniform(low, high);
  return { type: 'float32', dims, data };
}

/** The largest difference from what Keras computed, as a share of the output's largest value; NaN where shapes differ. */
export async function differenceFromApplication(model: Model, golden: ApplicationOutput): Promise<number> {
  const image = generatedImages('image', 1, golden.input);
  const [input, output] = [model.graph.inputs[0]?.name ?? '', model.graph.outputs[0]?.name ?? ''];
  const found = (await runOnnx(model, { [input]: image }))[output];
  if (found?.dims.slice(1).join() !== golden.shape.join()) return Number.NaN;
  const numbers = toNumbers(found);
  const mean = numbers.reduce((sum, value) => sum + Math.abs(value), 0) / numbers.length;
  const differences = golden.values.map((value, i) => Math.abs(value - (numbers[i * golden.step] ?? Number.NaN)));
  return Math.max(...differences, Math.abs(mean - golden.mean)) / golden.max;
}

/** The oracle's images `[N, 3, size, size]`, which it makes as `[N, size, size, 3]`. */
export function generatedImages(stream: string, count: number, { size, low, high }: ApplicationOutput['input']): Tensor {
  const { data } = generated(stream, [count, size, size, 3], low, high);
  const turned = new Float32Array(data.length);
  const area = size * size;
  for (let i = 0; i < turned.length; i++) {
    const [image, rest] = [Math.floor(i / (3 * area)), i % (3 * area)];
    turned[i] = Number(data[image * 3 * area + (rest % area) * 3 + Math.floor(rest / area)]);
  }
  return { type: 'float32', dims: [count, 3, size, size], data: turned };
}
