import { describe, expect, it } from 'vitest';
import { buildModel } from '../../src/bases/importers/huggingface/build.js';
import { families } from '../../src/bases/importers/huggingface/families/index.js';
import { differencesFromTransformers, familyCases, weightsOf } from '../support/huggingface-families.js';
import { parameterNames } from '../support/parameters.js';

it('every model type has been compared with transformers', () => {
  expect(families.map(({ type }) => type).sort()).toEqual(Object.keys(familyCases).sort());
});

describe.each(Object.entries(familyCases))('%s', (type, cases) => {
  it('every class has been compared', () => {
    const compared = new Set(Object.keys(cases).map((name) => name.split(' ')[0]));
    expect(Object.keys(families.find((family) => family.type === type)?.classes ?? {}).sort()).toEqual([...compared].sort());
  });

  it.each(Object.entries(cases))('%s computes what transformers computes', async (_, golden) => {
    // A share of the largest value: some roundings of float32 in each layer.
    for (const difference of Object.values(await differencesFromTransformers(golden))) expect(difference).toBeLessThan(1e-5);
  });

  it.each(Object.entries(cases))('%s trains what transformers has a gradient for, and nothing else', async (_, golden) => {
    const { model } = await buildModel(golden.config, weightsOf(golden));
    expect(parameterNames(model)).toEqual([...golden.trained].sort());
  });
});
