import { describe, expect, it } from 'vitest';
import { lossesOfThreeSteps } from '../support/learning.js';
import { differenceFrom } from '../support/oracle.js';
import { importPublished, oracle, published, publishedInputs, publishedOutputs } from './published.js';

/** One of every kind: with loops, with a conditional, with lists, with texts, sounds and images of one byte. All of them are measured by `npm run coverage`. */
const SAMPLE = [
  'blazeface-front',
  'emotion',
  'facemesh',
  'faceboxes',
  'handtrack',
  'liveness',
  'nsfwjs-mobilenet_v2_mid',
  'rvm',
  'selfie',
  'sentence-encoder',
];
/** Those whose layers have shapes that depend on data. */
const NOT_TRAINED = new Set(['rvm', 'sentence-encoder']);

describe.each(published.filter(([name]) => SAMPLE.includes(name)))('the published model %s', (name, golden) => {
  it(`computes what ${oracle} computes, and learns`, { timeout: 180_000 }, async (test) => {
    const imported = await importPublished(golden);
    if (!imported) return test.skip();
    const inputs = publishedInputs(name, golden, imported);
    // What TF.js computes in WebAssembly differs from native code by some roundings in each of dozens of layers.
    expect(await differenceFrom(publishedOutputs(golden), imported.model, inputs)).toBeLessThan(1e-4);
    // Two for each border of the channels-first part, and what the model itself transposes.
    const transposes = imported.model.graph.nodes.filter(({ op }) => op === 'Transpose').length;
    expect(transposes).toBeLessThan(imported.model.graph.nodes.length / 20);
    if (NOT_TRAINED.has(name)) return;
    const [first = Number.NaN, , last = Number.NaN] = await lossesOfThreeSteps(imported.model, inputs);
    expect(last).toBeLessThan(first);
  });
});
