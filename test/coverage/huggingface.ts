import {
  builtFor,
  differencesFromTransformers,
  type FamilyCase,
  familyCases,
  inputsOf,
  transformersVersion,
} from '../support/huggingface-families.js';
import { differenceOf, trainingCases } from '../support/huggingface-training.js';
import { type BaseRow, parameterCount, trains } from './row.js';

/** A small model of every class of every family of transformers, and of the options that change its layers. */
export async function* huggingfaceRows(): AsyncGenerator<BaseRow> {
  for (const [type, cases] of Object.entries(familyCases)) {
    for (const [name, golden] of Object.entries(cases)) {
      const { model } = await builtFor(golden);
      yield {
        architecture: name.replaceAll('|', '/'),
        source: `Hugging Face, ${type}`,
        oracle: `transformers ${transformersVersion}`,
        parameters: parameterCount(model),
        error: Math.max(...Object.values(await differencesFromTransformers(golden))),
        trains: (await asPyTorch(type, name)) ?? (await trains(model, inputsOf(golden))),
      };
    }
  }
}

/** How closely eight steps follow PyTorch's, for the class of a type that they were taken with. */
async function asPyTorch(type: string, name: string): Promise<string | undefined> {
  const golden = trainingCases[type];
  return golden && isOf(golden, name) ? `as PyTorch: ${(await differenceOf(golden)).toExponential(1)}` : undefined;
}

function isOf({ config }: Pick<FamilyCase, 'config'>, name: string): boolean {
  return Array.isArray(config['architectures']) && config['architectures'].includes(name);
}
