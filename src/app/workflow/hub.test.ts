import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeHuggingFace } from '../../../test/hub/fake-hugging-face.js';
import { file } from '../../../test/hub/server.js';
import { serveTorch, torchDefault, torchSwag } from '../../../test/hub/torch.js';
import { Workplace } from '../../../test/hub/workplace.js';
import { Events } from '../../core/index.js';
import type { WorkflowEvents } from './context.js';
import { listHub, pathInHub, prefetch, removeFromHub, verifyHub } from './hub.node.js';

const MODEL = JSON.stringify({ weightsManifest: [{ paths: ['a.bin'], weights: [] }] });
const KERAS = 'tensorflow/keras-applications/mobilenet/mobilenet_1_0_224_tf.h5';

let place: Workplace;
let model: string;
beforeEach(async () => {
  place = await Workplace.open();
  vi.stubEnv('REGRAFT_CACHE', place.cache);
  vi.spyOn(process, 'cwd').mockReturnValue(place.folder);
  model = `${place.server.url}/m/model.json`;
  place.server.on('/m/model.json', file(MODEL)).on('/m/a.bin', file('alpha')).on(`/storage/${KERAS}`, file('weights'));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await place.close();
});

it('prefetches every file that a base needs, and locks it', async () => {
  const { lock, bases } = await prefetch({ uris: [model, 'keras:MobileNet'] });
  expect(lock).toBe(place.at('regraft.lock'));
  expect(bases).toMatchObject([
    { uri: model, resolved: model, bytes: MODEL.length + 5, licence: undefined },
    { uri: 'keras:MobileNet', bytes: 7, licence: 'Apache-2.0' },
  ]);
  expect(readFileSync(lock, 'utf8')).toContain(`    integrity: ${bases[0]?.integrity}\n`);
  const offline = await prefetch({ uris: [model, 'keras:MobileNet'] }, { offline: true });
  expect(offline.bases).toEqual(bases);
  expect(place.server.requests).toHaveLength(3);
});

it('takes a change into the lock only when asked to', async () => {
  await prefetch({ uris: [model] });
  place.server.on('/m/a.bin', file('other'));
  rmSync(place.cache, { recursive: true });
  await expect(prefetch({ uris: [model] })).rejects.toMatchObject({ code: 'HUB_LOCK_MISMATCH' });
  const { bases } = await prefetch({ uris: [model], update: true });
  expect((await prefetch({ uris: [model] })).bases).toEqual(bases);
});

it('lists what is kept, with its licence', async () => {
  expect(await listHub()).toEqual({ cache: place.cache, bases: [] });
  await prefetch({ uris: [model, 'keras:MobileNet'] });
  const { bases } = await listHub();
  expect(bases.map(({ uri, bytes, licence }) => ({ uri, bytes, licence }))).toEqual([
    { uri: `${place.server.url}/m/a.bin`, bytes: 5, licence: undefined },
    { uri: model, bytes: MODEL.length, licence: undefined },
    { uri: 'keras:MobileNet', bytes: 7, licence: 'Apache-2.0' },
  ]);
  expect(Date.now() - Date.parse(bases[0]?.fetched ?? '')).toBeLessThan(60_000);
});

it('verifies every byte: what is damaged is fetched again, or named', async () => {
  await prefetch({ uris: [model, 'keras:MobileNet'] });
  const damage = (): void => writeFileSync(place.at('keras', 'models', 'mobilenet_1_0_224_tf.h5'), 'bitten!');
  expect((await verifyHub()).bases.map(({ state }) => state)).toEqual(['intact', 'intact', 'intact']);
  damage();
  const { ok, bases } = await verifyHub();
  expect({ ok, states: bases.map(({ state }) => state) }).toEqual({ ok: true, states: ['intact', 'intact', 'mended'] });
  expect(readFileSync(place.at('keras', 'models', 'mobilenet_1_0_224_tf.h5'), 'utf8')).toBe('weights');
  damage();
  expect(await verifyHub({ offline: true })).toMatchObject({
    ok: false,
    bases: [{}, {}, { state: 'damaged', file: 'mobilenet_1_0_224_tf.h5', reason: expect.stringContaining('offline') }],
  });
});

it('removes a base with all that belongs to it, and nothing else', async () => {
  await prefetch({ uris: [model, 'keras:MobileNet'] });
  writeFileSync(place.at('keras', 'models', 'other.h5'), '');
  expect((await removeFromHub(model)).removed).toHaveLength(2);
  expect((await listHub()).bases.map(({ uri }) => uri)).toEqual(['keras:MobileNet']);
  await removeFromHub('keras:MobileNet');
  expect(existsSync(place.at('keras', 'models', 'mobilenet_1_0_224_tf.h5'))).toBe(false);
  expect(existsSync(place.at('keras', 'models', 'other.h5'))).toBe(true);
  await expect(removeFromHub('keras:MobileNet')).rejects.toMatchObject({ code: 'HUB_NOT_CACHED' });
});

it('leaves to another program what that removed', async () => {
  await prefetch({ uris: ['keras:MobileNet'] });
  rmSync(place.at('keras'), { recursive: true });
  expect((await listHub()).bases).toEqual([]);
  expect((await verifyHub()).bases).toEqual([]);
  expect(place.server.requests).toHaveLength(1);
});

it('says where a base lies, without fetching it', async () => {
  await expect(pathInHub('keras:MobileNet')).rejects.toMatchObject({ code: 'HUB_NOT_CACHED' });
  expect(place.server.requests).toEqual([]);
  await prefetch({ uris: [model, 'keras:MobileNet'] });
  expect((await pathInHub('keras:MobileNet')).path).toBe(place.at('keras', 'models', 'mobilenet_1_0_224_tf.h5'));
  expect(readFileSync(join((await pathInHub(model)).path, 'model.json'), 'utf8')).toBe(MODEL);
});

it('keeps a repository of Hugging Face as it keeps all else', async () => {
  const hub = await new FakeHuggingFace(place).start();
  const [uri, commit] = ['hf:owner/repo', 'a'.repeat(40)];
  hub.publish({ repo: 'owner/repo', commit, files: { 'config.json': '{}', 'model.safetensors': 'weights' }, license: 'mit' });
  const resolved = `${uri}@${commit}`;
  const { bases } = await prefetch({ uris: [uri] });
  expect(bases).toMatchObject([{ uri, resolved, bytes: 9, licence: 'MIT' }]);
  const snapshot = place.at('huggingface', 'hub', 'models--owner--repo', 'snapshots', commit);
  expect((await listHub()).bases).toMatchObject([{ uri: resolved, folder: snapshot, bytes: 9, licence: 'MIT' }]);
  expect(await pathInHub(uri)).toEqual({ uri: resolved, path: snapshot });
  writeFileSync(join(snapshot, 'model.safetensors'), 'bitten!');
  expect((await verifyHub()).bases).toEqual([{ uri: resolved, state: 'mended', file: 'model.safetensors' }]);
  hub.publish({ repo: 'owner/repo', commit: 'b'.repeat(40), files: { 'config.json': '{"new":1}', 'model.safetensors': 'weights' } });
  expect((await prefetch({ uris: [uri] })).bases).toEqual(bases);
  expect((await prefetch({ uris: [uri], update: true })).bases[0]?.resolved).toBe(`${uri}@${'b'.repeat(40)}`);
  expect((await removeFromHub(uri)).removed).toHaveLength(2);
  expect(existsSync(place.at('huggingface', 'hub', 'models--owner--repo'))).toBe(false);
  await hub.stop();
});

it('shows progress, and what it tries again', async () => {
  const events = new Events<WorkflowEvents>();
  const [stages, notes]: [string[], string[]] = [[], []];
  events.on('progress', ({ stage, detail }) => stages.push(`${stage} ${detail}`));
  events.on('note', ({ text }) => notes.push(text));
  place.server.on('/m/model.json', (_, response) => void response.writeHead(503).end(), file(MODEL));
  await prefetch({ uris: [model] }, { events });
  expect(stages).toContain('fetching a.bin 0.0 MB');
  expect(notes).toEqual([expect.stringContaining('status 503; trying again')]);
});

describe('weights of torchvision', () => {
  const file = (name: string): string => place.at('torch', 'hub', 'checkpoints', name);

  it('are locked by their name, and stay what they were', async () => {
    serveTorch(place);
    const { bases, lock } = await prefetch({ uris: ['torch:regnet_y_32gf'] });
    expect(bases).toMatchObject([{ resolved: 'torch:regnet_y_32gf:IMAGENET1K_V2', bytes: torchDefault.bytes.length, licence: undefined }]);
    expect((await prefetch({ uris: ['torch:regnet_y_32gf'] }, { offline: true })).bases).toEqual(bases);
    writeFileSync(lock, readFileSync(lock, 'utf8').replace('IMAGENET1K_V2', 'IMAGENET1K_SWAG_LINEAR_V1'));
    await expect(prefetch({ uris: ['torch:regnet_y_32gf'] })).rejects.toMatchObject({ code: 'HUB_LOCK_MISMATCH' });
  });

  it('are listed, verified, found and removed, those of a model together', async () => {
    serveTorch(place);
    await prefetch({ uris: ['torch:regnet_y_32gf', 'torch:regnet_y_32gf:IMAGENET1K_SWAG_LINEAR_V1'] });
    expect((await listHub()).bases).toMatchObject([
      { uri: 'torch:regnet_y_32gf:IMAGENET1K_SWAG_LINEAR_V1', licence: 'CC-BY-NC-4.0' },
      { uri: 'torch:regnet_y_32gf:IMAGENET1K_V2', licence: undefined },
    ]);
    writeFileSync(file(torchDefault.file), 'bitten');
    expect((await verifyHub()).bases.map(({ state }) => state)).toEqual(['intact', 'mended']);
    expect((await pathInHub('torch:regnet_y_32gf')).path).toBe(file(torchDefault.file));
    await expect(pathInHub('torch:regnet_y_16gf')).rejects.toMatchObject({ code: 'HUB_NOT_CACHED' });
    expect((await removeFromHub('torch:regnet_y_32gf')).removed).toHaveLength(2);
    expect([torchDefault.file, torchSwag.file].filter((name) => existsSync(file(name)))).toEqual([]);
  });
});
