import { describe, expect, it } from 'vitest';
import { buildModel } from '../../src/bases/importers/huggingface/build.js';
import type { StateDict } from '../../src/bases/importers/state-dict/index.js';
import { cast } from '../../src/core/index.js';
import { type FamilyCase, familyCases, inputsOf, weightsOf } from '../support/huggingface-families.js';
import { runOnnx } from '../support/ort.js';
import { differenceFrom } from '../support/sample.js';

type Stored = 'float16' | 'bfloat16' | 'float64';

/** The weights as a file holds them that was saved with such numbers. */
function stored(weights: StateDict, type: Stored): StateDict {
  return new Map([...weights].map(([name, weight]) => [name, { ...weight, type, read: async () => cast(await weight.read(), type) }]));
}

/** Half a unit in the last place of 11 and of 8 bits, summed over some layers; of float64 the roundings of float32. */
const tolerances = { float16: 3e-3, bfloat16: 3e-2, float64: 1e-5 } as const;

describe.each(Object.entries(tolerances))('weights of %s', (type, tolerance) => {
  it.each(Object.entries(familyCases).map(([name, cases]) => [name, Object.values(cases)[0] as FamilyCase] as const))('%s', async (_, golden) => {
    const { model } = await buildModel(golden.config, stored(weightsOf(golden), type as Stored));
    for (const { type: weight } of model.graph.initializers.values()) expect(['float32', 'int64']).toContain(weight);
    const found = await runOnnx(model, inputsOf(golden));
    for (const [name, sample] of Object.entries(golden.outputs)) expect(differenceFrom(sample, found[name])).toBeLessThan(tolerance);
  });
});
