import { describe, expect, it } from 'vitest';
import { buildModel } from '../../src/bases/importers/huggingface/build.js';
import { families } from '../../src/bases/importers/huggingface/families/index.js';
import { withOrigin } from '../../src/bases/importers/huggingface/origin.js';
import { toTransformers } from '../../src/bases/importers/index.node.js';
import { adaptModel } from '../../src/bases/surgery/index.js';
import { type Tensor, toNumbers } from '../../src/core/index.js';
import type { Model } from '../../src/engine/graph/index.js';
import { type FamilyCase, familyCases, inputsOf, weightsOf } from '../support/huggingface-families.js';
import { runOnnx } from '../support/ort.js';

const labels = ['one', 'two', 'three', 'four'];

/** A model of the class with a new linear head for four classes, as a run makes it. */
async function withNewHead(golden: FamilyCase): Promise<Model> {
  const { model, className, stored, transposed } = await buildModel(golden.config, weightsOf(golden));
  const origin = { config: JSON.stringify(golden.config), className, stored, transposed };
  const sampleDims = Object.fromEntries(Object.entries(inputsOf(golden)).map(([name, { dims }]) => [name, dims.slice(1)]));
  return adaptModel(withOrigin(model, origin), { sampleDims, head: { hidden: [], dropout: 0 }, outputs: labels.length, seed: 1 }).model;
}

async function logits(model: Model, inputs: Readonly<Record<string, Tensor>>): Promise<number[]> {
  const outputs = await runOnnx(model, inputs);
  return toNumbers(outputs[model.graph.outputs[0]?.name ?? ''] as Tensor);
}

describe('a new linear head on the features of a class', () => {
  const known = families.flatMap(({ type, classifier }) => (classifier ? [[type, classifier.className] as const] : []));

  it.each(known)('of %s is the classifier of %s', async (type, className) => {
    const golden = familyCases[type]?.[className] ?? expect.fail();
    const model = await withNewHead(golden);
    const saved = await toTransformers(model, labels);
    const config = JSON.parse(saved.config) as { architectures: string[]; id2label: object };
    expect(config).toMatchObject({ architectures: [className], id2label: { 0: 'one', 3: 'four' } });
    const inputs = inputsOf(golden);
    const [expected, found] = [await logits(model, inputs), await logits(saved.model, inputs)];
    expect(found).toHaveLength(2 * labels.length);
    // Some roundings of float32: the two graphs may be optimised in different ways.
    for (const [i, value] of found.entries()) expect(value).toBeCloseTo(expected[i] ?? Number.NaN, 4);
  });
});
