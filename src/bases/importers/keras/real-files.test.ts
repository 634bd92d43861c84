import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { differenceFromKeras, type KerasCase, type KerasGolden } from '../../../../test/support/keras.js';
import { sizeOf } from '../../../core/index.js';
import { importModel } from '../index.node.js';

/** Models people really use, which may not be copied into this repository. */
const ROOT = process.env.REGRAFT_FIXTURES ?? '';
const WEIGHTS_ONLY = 'keras_h5_weights/cartpole-dqn/cartpole-dqn.h5';

const golden = new URL('../../../../test/keras/real.json', import.meta.url);
const { seed, cases } = JSON.parse(readFileSync(golden, 'utf8')) as KerasGolden<KerasCase & { readonly parameters: number }>;
const present = ROOT !== '' && [...Object.keys(cases), WEIGHTS_ONLY].every((file) => existsSync(join(ROOT, file)));
if (!present)
  process.stderr.write('SKIPPED: real Keras files; set REGRAFT_FIXTURES to the folder that has keras_h5, keras_v3 and keras_h5_weights\n');

describe.skipIf(!present)('real files', () => {
  it.each(Object.entries(cases))('%s computes what Keras computes', async (file, expected) => {
    const { model } = await importModel(join(ROOT, file));
    // Probabilities, of sums of some hundred products in each of up to ten layers.
    expect(await differenceFromKeras(model, expected, seed)).toBeLessThan(1e-5);
    const weights = [...model.graph.initializers.values()].filter(({ type }) => type === 'float32');
    expect(weights.reduce((sum, { dims }) => sum + sizeOf(dims), 0)).toBe(expected.parameters);
  });

  it('refuses weights without a model', async () => {
    await expect(importModel(join(ROOT, WEIGHTS_ONLY))).rejects.toMatchObject({ code: 'IMPORT_WEIGHTS_ONLY' });
  });
});
