import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { strToU8, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { differenceFromKeras, type KerasGolden } from '../../../../test/support/keras.js';
import type { Model } from '../../../engine/graph/index.js';
import { memoryFolder } from '../../hub/index.js';
import { importFolder } from '../index.js';

const folder = new URL('../../../../test/keras/', import.meta.url);
const { seed, cases } = JSON.parse(readFileSync(new URL('golden.json', folder), 'utf8')) as KerasGolden;
const stored = (name: string): Uint8Array => gunzipSync(readFileSync(new URL(`${name}.gz`, folder)));
const importBytes = async (name: string, bytes: Uint8Array): Promise<Model> => (await importFolder(memoryFolder({ [name]: bytes }))).model;

describe.each(Object.entries(cases))('the Keras model %s', (name, golden) => {
  const endings = ['keras', 'h5'].filter((ending) => existsSync(new URL(`${name}.${ending}.gz`, folder)));

  it.each(endings)('from .%s computes what Keras computes', async (ending) => {
    const file = `${name}.${ending}`;
    const model = await importBytes(file, stored(file));
    // Values are below 3; kernels that add in another order differ by a few roundings of float32.
    expect(await differenceFromKeras(model, golden, seed)).toBeLessThan(1e-5);
    expect(model.graph.outputs).toHaveLength(golden.outputs.length);
  });

  it.runIf(endings.length > 1)('has the same parameters in both containers', async () => {
    const [archive, legacy] = await Promise.all(endings.map((ending) => importBytes(`${name}.${ending}`, stored(`${name}.${ending}`))));
    expect(archive?.graph.initializers).toEqual(legacy?.graph.initializers);
  });
});

describe('files that are refused', () => {
  const archive = stored('mlp.keras');
  const hdf5 = stored('mlp.h5');
  const refused: readonly (readonly [what: string, file: string, bytes: Uint8Array, expected: object])[] = [
    ['weights without a model', 'mlp.weights.h5', stored('mlp.weights.h5'), { code: 'IMPORT_WEIGHTS_ONLY' }],
    ['Python code in an archive', 'lambda.keras', stored('lambda.keras'), { code: 'IMPORT_LAYER_CODE', values: { layer: 'double' } }],
    ['Python code in HDF5', 'lambda.h5', stored('lambda.h5'), { code: 'IMPORT_LAYER_CODE', values: { layer: 'double' } }],
    ['an operation that is no layer, in HDF5', 'operation.h5', stored('operation.h5'), { code: 'IMPORT_TOPOLOGY', message: has('two inputs') }],
    [
      'an operation that is no layer',
      'operation.keras',
      stored('operation.keras'),
      { code: 'IMPORT_LAYER_UNKNOWN', message: has('ops.numpy.Average') },
    ],
    ['an archive cut off', 'mlp.keras', archive.subarray(0, archive.length / 2), invalidAs('cut off')],
    ['HDF5 cut off', 'mlp.h5', hdf5.subarray(0, hdf5.length / 2), invalidAs('cut off')],
    ['weights cut off in an archive', 'a.keras', archived({ 'model.weights.h5': hdf5.subarray(0, 4000) }), invalidAs('cut off')],
    ['an archive without weights', 'a.keras', archived({}), invalidAs('no model.weights.h5')],
    ['weights of another kind', 'a.keras', archived({ 'model.weights.npz': strToU8('PK') }), { code: 'IMPORT_FORMAT_UNSUPPORTED' }],
    ['a configuration that is no JSON', 'a.keras', archived({ 'config.json': strToU8('{') }), invalidAs('config.json is not JSON')],
    ['another file', 'a.h5', strToU8('hello'), invalidAs('neither a zip archive nor an HDF5 file')],
    [
      'a class of its own',
      'a.keras',
      archived({ 'config.json': json({ class_name: 'Mine' }) }),
      { code: 'IMPORT_FORMAT_UNSUPPORTED', message: has('Mine') },
    ],
  ];

  it.each(refused)('%s', async (_, file, bytes, expected) => {
    await expect(importBytes(file, bytes)).rejects.toMatchObject(expected);
  });

  it('still reads a good file afterwards', async () => {
    await expect(importBytes('mlp.h5', hdf5)).resolves.toMatchObject({ graph: { name: 'mlp' } });
  });
});

function has(text: string): unknown {
  return expect.stringContaining(text);
}

function invalidAs(text: string): object {
  return { code: 'IMPORT_FILE_INVALID', message: has(text) };
}

function json(value: unknown): Uint8Array {
  return strToU8(JSON.stringify(value));
}

function archived(parts: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const weights = 'config.json' in parts ? { 'model.weights.h5': stored('mlp.weights.h5') } : {};
  return zipSync({ 'config.json': json({ class_name: 'Sequential' }), 'metadata.json': json({}), ...weights, ...parts });
}
