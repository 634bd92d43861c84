import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { type Built, buildModel, familyOf } from '../../src/bases/importers/huggingface/build.js';
import { sizedFor } from '../../src/bases/importers/huggingface/vision/sizes.js';
import type { JsonObject } from '../../src/bases/importers/json.js';
import { int64, type Tensor } from '../../src/core/index.js';
import { generated, generatedStateDict, generatedWeight } from './generated-weights.js';
import { runOnnx } from './ort.js';
import { differenceFrom, type Sample } from './sample.js';

/** A small model of transformers and what it is given, as bench/oracles/huggingface_families.py describes them. */
export interface GoldenModel {
  readonly config: JsonObject;
  readonly weights: Readonly<Record<string, readonly number[]>>;
  readonly inputs: Readonly<Record<string, { readonly dims: readonly number[]; readonly values: readonly number[] }>>;
  /** Dimensions of the images, where it takes any. */
  readonly images: readonly number[] | null;
}

/** What transformers computed with a model. */
export interface FamilyCase extends GoldenModel {
  readonly outputs: Readonly<Record<string, Sample>>;
  /** Weights that the outputs have a gradient for. */
  readonly trained: readonly string[];
}

interface Golden {
  readonly transformers: string;
  readonly seed: number;
  readonly gain: number;
  readonly families: Readonly<Record<string, Readonly<Record<string, FamilyCase>>>>;
}

const file = new URL('../huggingface/families.json.gz', import.meta.url);
const { transformers, seed, gain, families } = JSON.parse(gunzipSync(readFileSync(file)).toString()) as Golden;
export const familyCases = families;
export const transformersVersion = transformers;

export function weightsOf({ weights }: GoldenModel) {
  return generatedStateDict(weights, seed, gain);
}

/** The same as tensors. */
export function tensorsOf({ weights }: GoldenModel): [name: string, tensor: Tensor][] {
  return Object.entries(weights).map(([name, dims]) => [name, generatedWeight(seed, name, dims, gain)]);
}

export function inputsOf({ inputs, images }: GoldenModel): Record<string, Tensor> {
  const tokens = Object.entries(inputs).map(([name, { dims, values }]) => [name, int64(dims, values)] as const);
  return { ...Object.fromEntries(tokens), ...(images ? { pixel_values: generated(seed, 'pixel_values', images, -2, 2) } : {}) };
}

/** The model of a case, for images of the size that it was run on. */
export function builtFor(golden: FamilyCase): Promise<Built> {
  const [, , height = 0, width = 0] = golden.images ?? [];
  const config = sizedFor(golden.config, familyOf(golden.config), golden.images ? [height, width] : undefined);
  return buildModel(config, weightsOf(golden));
}

/** The largest difference of each output from what transformers computed, as a share of its largest value. */
export async function differencesFromTransformers(golden: FamilyCase): Promise<Record<string, number>> {
  const { model } = await builtFor(golden);
  const found = await runOnnx(model, inputsOf(golden));
  return Object.fromEntries(Object.entries(golden.outputs).map(([name, sample]) => [name, differenceFrom(sample, found[name])]));
}
