import { describe, expect, it } from 'vitest';
import { buildModel } from '../../src/bases/importers/huggingface/build.js';
import { families } from '../../src/bases/importers/huggingface/families/index.js';
import { familyCases, inputsOf, weightsOf } from '../support/huggingface-families.js';
import { runOnnx } from '../support/ort.js';

const isHead = (name: string): boolean => /For(\w+Classification|QuestionAnswering)$/.test(name);

describe.each(families.filter(({ classes }) => Object.keys(classes).some(isHead)))('$type', ({ type, classes }) => {
  const heads = Object.entries(classes).filter(([name]) => isHead(name));

  it.each(heads)('%s of a file without weights of its head begins that anew', async (name, { head = /^$/ }) => {
    const golden = familyCases[type]?.[name] ?? expect.fail();
    const weights = [...weightsOf(golden)];
    const missing = weights.flatMap(([weight]) => (head.test(weight) ? [weight] : []));
    expect(missing.length).toBeGreaterThan(0);
    const { model, initialised } = await buildModel(golden.config, new Map(weights.filter(([weight]) => !head.test(weight))), name);
    expect([...initialised].sort()).toEqual(missing.sort());
    const outputs = await runOnnx(model, inputsOf(golden));
    for (const [output, { dims }] of Object.entries(golden.outputs)) {
      expect(outputs[output]?.dims).toEqual(dims);
      expect([...(outputs[output]?.data ?? [])].every((value) => Number.isFinite(Number(value)))).toBe(true);
    }
  });
});
