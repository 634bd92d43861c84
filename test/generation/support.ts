import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { buildModel } from '../../src/bases/importers/huggingface/build.js';
import type { JsonObject } from '../../src/bases/importers/json.js';
import { importFolder, memoryFolder } from '../../src/browser.js';
import { type Model, prepareModel, type SamplingOptions, type TextTokenizer } from '../../src/index.js';
import { generatedStateDict } from '../support/generated-weights.js';

interface Written {
  readonly prompts: readonly (readonly number[])[];
  readonly written: readonly (readonly number[])[];
}

interface Golden {
  readonly seed: number;
  readonly gain: number;
  readonly models: Readonly<Record<string, Written & { readonly config: JsonObject; readonly weights: Readonly<Record<string, readonly number[]>> }>>;
  readonly files: Readonly<Record<string, Written>>;
  readonly sampling: {
    readonly scores: readonly number[];
    readonly before: readonly number[];
    readonly cases: readonly { readonly options: SamplingOptions; readonly probabilities: readonly number[] }[];
  };
}

function bytesOf(path: string): Uint8Array {
  return new Uint8Array(gunzipSync(readFileSync(new URL(path, import.meta.url))));
}

/** What transformers wrote; made by bench/oracles/generation.py. */
export const golden = JSON.parse(new TextDecoder().decode(bytesOf('golden.json.gz'))) as Golden;

/** A model that the importer builds. */
export async function builtModel(name: string): Promise<Model> {
  const { config, weights } = golden.models[name] as Golden['models'][string];
  return prepareModel((await buildModel(config, generatedStateDict(weights, golden.seed, golden.gain))).model);
}

/** A model as torch.onnx.export wrote it. */
export async function exportedModel(name: string): Promise<Model> {
  const { model } = await importFolder(memoryFolder({ 'model.onnx': bytesOf(`exported/${name}.onnx.gz`) }));
  return prepareModel(model);
}

/** Texts are numbers of tokens, with spaces between them. */
export const numbers: TextTokenizer = {
  vocabularySize: 40,
  largestId: 39,
  specialIds: {},
  hasOffsets: false,
  tokenId: () => undefined,
  encode: async (input) => encoded(input as string),
  encodeBatch: async (inputs) => inputs.map((input) => encoded(input as string)),
  encodeWindows: async (input) => [encoded(input as string)],
  encodeIds: async (inputs) => inputs.map((input) => Int32Array.from(encoded(input as string).ids)),
  decode: async (ids) => ids.map((id) => `${id} `).join(''),
};

function encoded(text: string) {
  const ids = text.split(' ').filter(Boolean).map(Number);
  return { ids, typeIds: [], sequenceIds: [] };
}
