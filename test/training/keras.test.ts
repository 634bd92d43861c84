import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { memoryFolder } from '../../src/bases/hub/index.js';
import { importFolder } from '../../src/bases/importers/index.js';
import { adaptModel } from '../../src/bases/surgery/index.js';
import { type KerasGolden, kerasInputs } from '../support/keras.js';
import { trainedLosses, trainingCases } from '../support/keras-training.js';
import { descent, lossesOfSteps } from '../support/steps.js';

const folder = new URL('../keras/', import.meta.url);
const { seed, cases } = JSON.parse(readFileSync(new URL('golden.json', folder), 'utf8')) as KerasGolden;

it.each(['cnn', 'nested', 'mlp', 'recurrent', 'attentive'])('a Keras model (%s) gets a new head and learns', async (name) => {
  const golden = cases[name] ?? expect.fail();
  const imported = await importFolder(memoryFolder({ 'base.keras': gunzipSync(readFileSync(new URL(`${name}.keras.gz`, folder))) }));
  const inputs = kerasInputs(imported.model, golden, seed);
  const sampleDims = Object.fromEntries(Object.entries(inputs).map(([input, { dims }]) => [input, dims.slice(1)]));
  const { model, headParameters } = adaptModel(imported.model, { sampleDims, head: { hidden: [], dropout: 0 }, outputs: 2, seed: 0 });
  expect(headParameters).toEqual(['head.0.weight', 'head.0.bias']);
  const losses = await lossesOfSteps({ model, head: headParameters, inputs, labels: [0, 1], classes: 2, count: 2, optimizer: descent(0.001) });
  expect(losses).toHaveLength(2);
  expect(losses[1]).toBeLessThan(losses[0] ?? 0);
});

/** Larger ones are trained by the report, test/keras/report.ts. */
it.each(['MobileNet', 'MobileNetV2', 'MobileNetV3Small', 'EfficientNetB0'])('%s of Keras Applications learns as Keras has it learn', async (name) => {
  const golden = trainingCases[name] ?? expect.fail();
  const losses = await trainedLosses(name, golden);
  expect(losses).toHaveLength(3);
  // Losses of about 1; three steps of float32 in two frameworks, whose kernels add in other orders.
  for (const [i, loss] of golden.losses.entries()) expect(Math.abs((losses[i] ?? Number.NaN) - loss)).toBeLessThan(1e-5);
  expect(losses[2]).toBeLessThan(0.9 * (losses[0] ?? 0));
});
