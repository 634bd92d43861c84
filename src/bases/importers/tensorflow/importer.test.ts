import { describe, expect, it } from 'vitest';
import { differenceFrom } from '../../../../test/support/oracle.js';
import { tfCases, tfFolder, tfInputs } from '../../../../test/support/tensorflow.js';
import { importFolder } from '../index.js';

const models = tfCases.filter(([, { outputs }]) => outputs.length > 0);

describe.each(models)('the TensorFlow model %s', (name, golden) => {
  it('computes what TensorFlow computes', async () => {
    const { model } = await importFolder(tfFolder(name), golden.signature === undefined ? {} : { signature: golden.signature });
    // Values are of the order of 1; kernels that add in another order differ by a few roundings of float32.
    expect(await differenceFrom(golden.outputs, model, tfInputs(golden))).toBeLessThan(1e-5);
  });
});
