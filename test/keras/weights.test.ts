import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { memoryFolder } from '../../src/bases/hub/index.js';
import { type ImportedModel, type ImportHints, importFolder } from '../../src/bases/importers/index.js';
import { type ApplicationOutput, differenceFromApplication } from '../support/keras-applications.js';

const folder = new URL('weights/', import.meta.url);
const { cases } = JSON.parse(readFileSync(new URL('golden.json', folder), 'utf8')) as {
  readonly cases: Readonly<Record<string, ApplicationOutput & { readonly architecture: string }>>;
};
const configuration = readFileSync(new URL('branches.json', folder));
const stored = (name: string): Uint8Array => gunzipSync(readFileSync(new URL(`${name}.gz`, folder)));

/** Imports a file of weights, which lies in a folder beside a configuration. */
function importWeights(name: string, hints: ImportHints): Promise<ImportedModel> {
  const files = { [`saved/${name}`]: stored(name), 'saved/branches.json': configuration };
  return importFolder({ ...memoryFolder(files), entry: `saved/${name}` }, hints);
}

describe('weights without layers', () => {
  it.each(Object.entries(cases))('%s computes what Keras computes', async (name, golden) => {
    const { model } = await importWeights(name, { architecture: golden.architecture });
    // A share of the largest value: kernels that add in another order differ by some roundings of float32 in each of up to 28 layers.
    expect(await differenceFromApplication(model, golden)).toBeLessThan(1e-5);
  });

  it.each(['.h5', '.weights.h5'])('%s: width, classes and classifier are seen from the weights', async (ending) => {
    const whole = await importWeights(`mobilenet${ending}`, { architecture: 'MobileNet' });
    const bare = await importWeights(`mobilenet-notop${ending}`, { architecture: 'MobileNet' });
    expect(whole.model.graph.outputs[0]?.type).toMatchObject({ dims: ['batch', 10] });
    expect(whole.model.graph.initializers.get('conv1/kernel')?.dims).toEqual([8, 3, 3, 3]);
    expect(whole.preprocessing).toEqual({ size: [224, 224], layout: 'nchw', channels: 3, filter: 'bilinear', order: 'rgb', range: [-1, 1] });
    expect(whole.notes).toEqual([]);
    expect(bare.notes).toEqual(['The file has no classifier; for a new head on its last features, name them: taps: [conv_pw_13_relu].']);
  });

  it('an address names the architecture as well as a user does', async () => {
    const files = memoryFolder({ 'w.h5': stored('mobilenet.h5') });
    await expect(importFolder({ ...files, architecture: 'MobileNet' })).resolves.toMatchObject({ preprocessing: { size: [224, 224] } });
  });
});

describe('weights that are refused', () => {
  const refused: readonly (readonly [what: string, name: string, architecture: string | undefined, expected: object])[] = [
    ['no architecture', 'branches.h5', undefined, weightsOnly('conv2d_5 [3, 3, 3, 4] [4]; conv2d_7')],
    ['no architecture, of Keras 3', 'branches.weights.h5', undefined, weightsOnly('; conv2d [3, 3, 3, 4] [4]')],
    ['a name with a slip', 'mobilenet.h5', 'MobilNet', { code: 'IMPORT_ARCHITECTURE_UNKNOWN', message: has('Did you mean MobileNet?') }],
    ['a name of nothing', 'mobilenet.h5', 'Transformer', { code: 'IMPORT_ARCHITECTURE_UNKNOWN' }],
    ['another architecture', 'mobilenet.h5', 'VGG16', mismatch('layer "block1_conv1" needs 2 weights, where "conv1" has 1')],
    ['another architecture, of Keras 3', 'mobilenet.weights.h5', 'VGG16', mismatch('layer "block1_conv1" needs 2 weights, where "conv2d" has 1')],
    ['another configuration', 'mobilenet.h5', 'branches.json', mismatch('layer "conv2d" needs 2 weights, where "conv1" has 1')],
    ['a configuration that is missing', 'branches.h5', 'other.json', { code: 'HUB_FILE_MISSING' }],
    ['a configuration outside', 'branches.h5', '../../other.json', { code: 'IMPORT_FILE_INVALID', message: has('outside its folder') }],
  ];

  it('a configuration with other sizes', async () => {
    const wider = new TextDecoder().decode(configuration).replace('"units": 3', '"units": 4');
    const files = memoryFolder({ 'w.h5': stored('branches.h5'), 'wider.json': new TextEncoder().encode(wider) });
    const message = has('where layer "dense" needs [2, 4]');
    await expect(importFolder({ ...files, entry: 'w.h5' }, { architecture: 'wider.json' })).rejects.toMatchObject({
      code: 'IMPORT_WEIGHT_SHAPE',
      message,
    });
  });

  it.each(refused)('%s', async (_, name, architecture, expected) => {
    await expect(importWeights(name, architecture === undefined ? {} : { architecture })).rejects.toMatchObject(expected);
  });
});

function has(text: string): unknown {
  return expect.stringContaining(text);
}

function weightsOnly(contents: string): object {
  return { code: 'IMPORT_WEIGHTS_ONLY', message: has(contents), remedy: has('VGG16') };
}

function mismatch(difference: string): object {
  return { code: 'IMPORT_ARCHITECTURE_MISMATCH', message: has(difference) };
}
