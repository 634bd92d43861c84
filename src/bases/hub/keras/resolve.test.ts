import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { file } from '../../../../test/hub/server.js';
import { Workplace } from '../../../../test/hub/workplace.js';
import { applications } from './applications.js';

const WEIGHTS = Buffer.from('weights of a network');

/** What the table says, with the hashes of small stand-ins: the real files are too large for a test. */
vi.mock('./applications.js', async (original) => {
  const real = await original<typeof import('./applications.js')>();
  const hash = '591c06d28966719e43abefb7a3db8a6f';
  return { ...real, applications: { ...real.applications, VGG16: { ...real.applications['VGG16'], hash } } };
});

const NAME = 'vgg16_weights_tf_dim_ordering_tf_kernels.h5';
const PATH = `/storage/tensorflow/keras-applications/vgg16/${NAME}`;

let place: Workplace;
beforeEach(async () => {
  place = await Workplace.open();
});
afterEach(() => place.close());

it('fetches the weights of an application to where Keras keeps them', async () => {
  place.server.on(PATH, file(WEIGHTS));
  const folder = await place.resolve('keras:VGG16');
  const integrity = `sha256-${createHash('sha256').update(WEIGHTS).digest('base64')}`;
  expect(folder).toMatchObject({
    kind: 'keras',
    entry: NAME,
    architecture: 'VGG16',
    source: { uri: 'keras:VGG16', licence: 'CC-BY-4.0', integrity },
  });
  expect(folder.root.path).toBe(place.at('keras', 'models'));
  expect(readFileSync(place.at('keras', 'models', NAME))).toEqual(WEIGHTS);
  expect((await place.resolve('keras:VGG16', { offline: true })).source.integrity).toBe(integrity);
  expect(place.server.paths).toEqual([PATH]);
  expect(place.leftovers()).toEqual([]);
});

it('takes what Keras downloaded, but not what is damaged', async () => {
  mkdirSync(place.at('keras', 'models'), { recursive: true });
  writeFileSync(place.at('keras', 'models', NAME), 'half of the wei');
  await expect(place.resolve('keras:VGG16', { offline: true })).rejects.toMatchObject({ code: 'HUB_OFFLINE' });
  writeFileSync(place.at('keras', 'models', NAME), WEIGHTS);
  expect((await place.resolve('keras:VGG16', { offline: true })).entry).toBe(NAME);
  expect(place.server.requests).toEqual([]);
});

it('mends what was damaged later', async () => {
  place.server.on(PATH, file(WEIGHTS));
  await place.resolve('keras:VGG16');
  writeFileSync(place.at('keras', 'models', NAME), 'bitten');
  const { root } = await place.resolve('keras:VGG16');
  expect(Buffer.from(await root.read(NAME))).toEqual(WEIGHTS);
});

it('refuses a file that is not what Keras states, and keeps what Keras had', async () => {
  place.server.on(PATH, file('something else'));
  await expect(place.resolve('keras:VGG16')).rejects.toMatchObject({ code: 'HUB_HASH_MISMATCH', values: { algorithm: 'md5' } });
  expect(existsSync(place.at('keras', 'models', NAME))).toBe(false);
});

it('takes names of files that Keras changes, and weights without a stated hash', async () => {
  place.server.on('/storage/tensorflow/keras-applications/mobilenet_v2/mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224.h5', file('m'));
  expect((await place.resolve('keras:MobileNetV2')).entry).toBe('mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224.h5');
  expect(applications['NASNetMobile']).toMatchObject({ path: expect.stringContaining('NASNet-mobile.h5'), file: 'nasnet_mobile.h5' });
});

it('suggests the application that was meant', async () => {
  await expect(place.resolve('keras:MobilenetV2')).rejects.toMatchObject({
    code: 'HUB_APPLICATION_UNKNOWN',
    message: expect.stringContaining('MobileNetV2?'),
  });
  await expect(place.resolve('keras:constructor')).rejects.toMatchObject({ code: 'HUB_APPLICATION_UNKNOWN' });
});

it('has one row an application, each with a file of its own', () => {
  const rows = Object.values(applications);
  expect(new Set(rows.map(({ path }) => path)).size).toBe(rows.length);
  for (const { path, hash } of rows) {
    expect(path).toMatch(/^(?:tensorflow\/)?keras-applications\/.*\.h5$/);
    if (hash !== undefined) expect(hash).toMatch(/^(?:[0-9a-f]{32}|[0-9a-f]{64})$/);
  }
  expect(join(...Object.keys(applications))).toContain('EfficientNetB7');
});
