import { expect, it } from 'vitest';
import { buildModel } from '../../src/bases/importers/huggingface/build.js';
import type { StateDict } from '../../src/bases/importers/state-dict/index.js';
import { cast, type DataType } from '../../src/core/index.js';
import { type FamilyCase, familyCases, inputsOf, weightsOf } from '../support/huggingface-families.js';
import { runOnnx } from '../support/ort.js';
import { differenceFrom } from '../support/sample.js';

type Stored = 'float16' | 'bfloat16' | 'float64';

/** The weights as a file holds them that was saved with numbers of this type. */
function stored(weights: StateDict, type: Stored, readAs: DataType = type): StateDict {
  const rounded = async (weight: { read: () => Promise<Parameters<typeof cast>[0]> }) => cast(cast(await weight.read(), type), readAs);
  return new Map([...weights].map(([name, weight]) => [name, { ...weight, type: readAs, read: () => rounded(weight) }]));
}

/** Of convolutions, tables, matrices that lie as in the file and matrices that lie turned. */
const goldens = ['bert', 't5', 'gpt2', 'clip', 'convnext'].map((type) => [type, Object.values(familyCases[type] ?? {})[0] as FamilyCase] as const);

it.each(goldens.flatMap(([name, golden]) => (['float16', 'bfloat16', 'float64'] as const).map((type) => [name, type, golden] as const)))(
  '%s: weights of %s are those numbers in float32',
  async (_, type, golden) => {
    const { model } = await buildModel(golden.config, stored(weightsOf(golden), type));
    const same = await buildModel(golden.config, stored(weightsOf(golden), type, 'float32'));
    expect(model.graph.initializers).toEqual(same.model.graph.initializers);
    const found = await runOnnx(model, inputsOf(golden));
    // Ten roundings to bfloat16, of 1/256 each, on the way; the numbers themselves are compared above.
    for (const [name, sample] of Object.entries(golden.outputs)) expect(differenceFrom(sample, found[name])).toBeLessThan(0.1);
  },
);

it.each(['float16', 'bfloat16'] as const)('BERT saved in %s is as near as its numbers are', async (type) => {
  const golden = familyCases['bert']?.['BertModel'] as FamilyCase;
  const { model } = await buildModel(golden.config, stored(weightsOf(golden), type));
  const found = await runOnnx(model, inputsOf(golden));
  // Some roundings of 2⁻¹¹ and of 2⁻⁸ each.
  for (const [name, sample] of Object.entries(golden.outputs))
    expect(differenceFrom(sample, found[name])).toBeLessThan(type === 'float16' ? 3e-3 : 3e-2);
});
