import { readFileSync } from 'node:fs';
import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { differenceFrom, type TensorFlowCase, type TensorFlowGolden, tensorflowInputs } from '../../../../test/support/tensorflow.js';
import { memoryFolder } from '../../hub/index.js';
import { type ImportedModel, importFolder } from '../index.js';

const folder = new URL('../../../../test/tensorflow/', import.meta.url);
const { seed, cases } = JSON.parse(readFileSync(new URL('golden.json', folder), 'utf8')) as TensorFlowGolden;

function importCase(name: string, { signature }: Pick<TensorFlowCase, 'signature'>): Promise<ImportedModel> {
  const files = unzipSync(readFileSync(new URL(`${name}.zip`, folder)));
  return importFolder(memoryFolder(files), signature === undefined ? {} : { signature });
}

const models = Object.entries(cases).filter(([, { outputs }]) => outputs.length > 0);

describe.each(models)('the TensorFlow model %s', (name, golden) => {
  it('computes what TensorFlow computes', async () => {
    const { model } = await importCase(name, golden);
    // Values are of the order of 1; kernels that add in another order differ by a few roundings of float32.
    expect(await differenceFrom(golden.outputs, model, tensorflowInputs(golden, seed))).toBeLessThan(1e-5);
  });
});
