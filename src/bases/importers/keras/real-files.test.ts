import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { strToU8 } from 'fflate';
import { describe, expect, it } from 'vitest';
import { differenceFromKeras, type KerasCase, type KerasGolden } from '../../../../test/support/keras.js';
import { sizeOf } from '../../../core/index.js';
import { memoryFolder } from '../../hub/index.js';
import { type ImportedModel, importFolder, importModel } from '../index.node.js';

/** Models people really use, which may not be copied into this repository. */
const ROOT = process.env.REGRAFT_FIXTURES ?? '';
const WEIGHTS_ONLY = 'keras_h5_weights/cartpole-dqn/cartpole-dqn.h5';

const golden = new URL('../../../../test/keras/real.json', import.meta.url);
const { seed, cases } = JSON.parse(readFileSync(golden, 'utf8')) as KerasGolden<KerasCase & { readonly parameters: number }>;
const present = ROOT !== '' && [...Object.keys(cases), WEIGHTS_ONLY].every((file) => existsSync(join(ROOT, file)));
if (!present)
  process.stderr.write('SKIPPED: real Keras files; set REGRAFT_FIXTURES to the folder that has keras_h5, keras_v3 and keras_h5_weights\n');

/** The layers of the weights, as their authors built them, in a file beside. */
function importWeights(): Promise<ImportedModel> {
  const dense = (units: number, activation: string): object => ({ class_name: 'Dense', config: { name: `dense_${units}`, units, activation } });
  const input = { class_name: 'InputLayer', config: { name: 'state', batch_shape: [null, 4] } };
  const layers = [input, dense(24, 'relu'), { ...dense(24, 'relu'), config: { name: 'second', units: 24, activation: 'relu' } }, dense(2, 'linear')];
  const config = strToU8(JSON.stringify({ class_name: 'Sequential', config: { name: 'policy', layers } }));
  const folder = memoryFolder({ 'weights.h5': readFileSync(join(ROOT, WEIGHTS_ONLY)), 'policy.json': config });
  return importFolder({ ...folder, entry: 'weights.h5' }, { architecture: './policy.json' });
}

describe.skipIf(!present)('real files', () => {
  it.each(Object.entries(cases))('%s computes what Keras computes', async (file, expected) => {
    const { model } = await (file === WEIGHTS_ONLY ? importWeights() : importModel(join(ROOT, file)));
    // Probabilities, of sums of some hundred products in each of up to ten layers.
    expect(await differenceFromKeras(model, expected, seed)).toBeLessThan(1e-5);
    const weights = [...model.graph.initializers.values()].filter(({ type }) => type === 'float32');
    expect(weights.reduce((sum, { dims }) => sum + sizeOf(dims), 0)).toBe(expected.parameters);
  });

  it('refuses weights without a model, and says what they are', async () => {
    const layers = 'dense_1 [4, 24] [24]; dense_2 [24, 24] [24]; dense_3 [24, 2] [2]';
    const message = expect.stringContaining(layers);
    await expect(importModel(join(ROOT, WEIGHTS_ONLY))).rejects.toMatchObject({ code: 'IMPORT_WEIGHTS_ONLY', message });
  });
});
