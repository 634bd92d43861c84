import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { FakeHuggingFace, resolvePath, sha256 } from '../../../../test/hub/fake-hugging-face.js';
import { file, status } from '../../../../test/hub/server.js';
import { Workplace } from '../../../../test/hub/workplace.js';
import { float32 } from '../../../core/index.js';
import { GraphBuilder, writeModelParts } from '../../../engine/graph/index.js';

const REPO = 'owner/repo';
const FIRST = 'a'.repeat(40);
const SECOND = 'b'.repeat(40);
const WEIGHTS = Buffer.from(Array.from({ length: 200_000 }, (_, index) => (index * 7) % 251));
const FILES = { 'config.json': '{}', 'README.md': '# Card', 'model.safetensors': WEIGHTS, 'pytorch_model.bin': 'same', 'modeling.py': 'import os' };

let place: Workplace;
let hub: FakeHuggingFace;
beforeEach(async () => {
  place = await Workplace.open();
  hub = await new FakeHuggingFace(place).start();
  hub.publish({ repo: REPO, commit: FIRST, files: FILES, license: 'apache-2.0' });
});
afterEach(async () => {
  await hub.stop();
  await place.close();
});

const text = async (uri: string, path: string): Promise<string> => new TextDecoder().decode(await (await place.resolve(uri)).root.read(path));

it('fetches the weights in one format with what describes them, and says which commit and licence they are', async () => {
  const { kind, root, entry, source } = await place.resolve(`hf:${REPO}`);
  expect({ kind, entry }).toEqual({ kind: 'hf', entry: undefined });
  expect(source).toEqual({ uri: `hf:${REPO}@${FIRST}`, version: FIRST, licence: 'Apache-2.0', integrity: expect.stringMatching(/^sha256-/) });
  expect(await root.list()).toEqual(['README.md', 'config.json', 'model.safetensors']);
  expect(Buffer.from(await root.read('model.safetensors'))).toEqual(WEIGHTS);
  expect(place.server.paths.some((path) => /modeling|pytorch/.test(path))).toBe(false);
  expect(place.leftovers()).toEqual([]);
});

it('answers from the machine once it was fetched, and asks for a newer commit only when told to', async () => {
  const from: string[] = [];
  place.events.on('ready', (ready) => from.push(ready.from));
  const { source } = await place.resolve(`hf:${REPO}`);
  const asked = place.server.requests.length;
  hub.publish({ repo: REPO, commit: SECOND, files: { ...FILES, 'config.json': '{"new":1}' } });
  for (const uri of [`hf:${REPO}`, `hf:${REPO}@main`, `hf:${REPO}@${FIRST}`])
    expect((await place.resolve(uri, { offline: true })).source).toEqual(source);
  expect((await place.resolve(`hf:${REPO}`)).source).toEqual(source);
  expect(place.server.requests).toHaveLength(asked);
  expect((await place.resolve(`hf:${REPO}`, { refresh: true })).source.version).toBe(SECOND);
  expect((await place.resolve(`hf:${REPO}`, { offline: true })).source.version).toBe(SECOND);
  expect((await place.resolve(`hf:${REPO}@${FIRST}`, { offline: true })).source.version).toBe(FIRST);
  expect(from).toEqual(['network', 'cache', 'cache', 'cache', 'cache', 'network', 'cache', 'cache']);
  // The weights did not change, so they came once.
  expect(hub.storage.requests).toHaveLength(1);
});

it('takes a branch, a tag, a pull request and a commit', async () => {
  hub.publish({ repo: REPO, commit: SECOND, revisions: ['v1.0', 'topic/x', 'refs/pr/3'], files: FILES });
  for (const revision of ['v1.0', 'topic%2Fx', 'refs/pr/3', SECOND]) {
    expect((await place.resolve(`hf:${REPO}@${revision}`)).source.uri).toBe(`hf:${REPO}@${SECOND}`);
    expect((await place.resolve(`hf:${REPO}@${revision}`, { offline: true })).source.uri).toBe(`hf:${REPO}@${SECOND}`);
  }
});

it('takes repositories from before they had owners', async () => {
  hub.publish({ repo: 'gpt2', commit: SECOND, files: FILES });
  expect((await place.resolve('hf:gpt2')).source.uri).toBe(`hf:gpt2@${SECOND}`);
  const { entry, source } = await place.resolve('hf:gpt2@main/config.json');
  expect({ entry, uri: source.uri }).toEqual({ entry: 'config.json', uri: `hf:gpt2@${SECOND}/config.json` });
});

it('fetches the shards that an index names', async () => {
  const index = JSON.stringify({ weight_map: { a: 'model-1.safetensors', b: 'model-2.safetensors' } });
  const files = { 'model.safetensors.index.json': index, 'model-1.safetensors': 'one', 'model-2.safetensors': 'two', 'model-3.safetensors': 'old' };
  hub.publish({ repo: REPO, commit: FIRST, files });
  const { root } = await place.resolve(`hf:${REPO}`);
  expect(await root.list()).toEqual(['model-1.safetensors', 'model-2.safetensors', 'model.safetensors.index.json']);
  hub.publish({ repo: 'owner/torn', commit: FIRST, files: { 'model.safetensors.index.json': index, 'model-1.safetensors': 'one' } });
  await expect(place.resolve('hf:owner/torn')).rejects.toMatchObject({ code: 'HUB_FILE_NOT_IN_REPOSITORY', values: { path: 'model-2.safetensors' } });
});

it('fetches the external data of an ONNX file, and the JSON files that describe it', async () => {
  const b = new GraphBuilder(17);
  const model = b.model([b.add(b.input('x', 'float32', [4]), b.initializer('w', float32([4], [1, 2, 3, 4])))]);
  const parts = writeModelParts(model, { location: 'model.onnx_data', threshold: 1 });
  const data = Buffer.concat([...parts.data]);
  const files = {
    'config.json': '{}',
    'onnx/model.onnx': parts.model,
    'onnx/model.onnx_data': data,
    'onnx/model_int8.onnx': 'x',
    'onnx/q.json': '{}',
  };
  hub.publish({ repo: REPO, commit: FIRST, files });
  const named = await place.resolve(`hf:${REPO}/onnx/model.onnx`);
  expect(named).toMatchObject({ entry: 'onnx/model.onnx', source: { uri: `hf:${REPO}@${FIRST}/onnx/model.onnx` } });
  expect(await named.root.list()).toEqual(['config.json', 'onnx/model.onnx', 'onnx/model.onnx_data', 'onnx/q.json']);
  expect(await (await place.resolve(`hf:${REPO}`)).root.list()).toEqual(['config.json', 'onnx/model.onnx', 'onnx/model.onnx_data']);
});

it('reads a listing of several pages, and keeps the token from where the next page is not the Hub', async () => {
  vi.stubEnv('HF_TOKEN', 'hf_secret');
  hub.publish({ repo: REPO, commit: FIRST, files: { 'a.txt': 'a', 'b/c.txt': 'b', ...FILES }, page: 2 });
  expect(await (await place.resolve(`hf:${REPO}`)).root.list()).toEqual(['README.md', 'config.json', 'model.safetensors']);
  const elsewhere = `${hub.storage.url}/next`;
  hub.storage.on('/next', file('[]'));
  place.server.on(`/api/models/${REPO}/tree/${FIRST}`, file('[]', { headers: { link: `<${elsewhere}>; rel="next"` } }));
  await expect(place.resolve(`hf:${REPO}`, { refresh: true })).rejects.toMatchObject({ code: 'HUB_WEIGHTS_MISSING' });
  expect(hub.storage.requests.map(({ headers }) => headers.authorization)).toEqual([undefined, undefined]);
});

it('sends the token to the Hub and to nobody that it redirects to', async () => {
  vi.stubEnv('HF_TOKEN', 'hf_secret');
  await place.resolve(`hf:${REPO}`);
  expect(new Set(place.server.requests.map(({ headers }) => headers.authorization))).toEqual(new Set(['Bearer hf_secret']));
  expect(hub.storage.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
});

it('finds the token where the clients of the Hub do', async () => {
  const sent = async (): Promise<string | undefined> => {
    await place.resolve(`hf:${REPO}/config.json`, { refresh: true });
    return place.server.requests.at(-1)?.headers.authorization;
  };
  expect(await sent()).toBeUndefined();
  mkdirSync(place.at('huggingface'), { recursive: true });
  writeFileSync(place.at('huggingface', 'token'), 'hf_home\n');
  expect(await sent()).toBe('Bearer hf_home');
  writeFileSync(place.at('stored'), 'hf_path');
  vi.stubEnv('HF_TOKEN_PATH', place.at('stored'));
  expect(await sent()).toBe('Bearer hf_path');
  vi.stubEnv('HUGGING_FACE_HUB_TOKEN', 'hf_old');
  expect(await sent()).toBe('Bearer hf_old');
  vi.stubEnv('HF_TOKEN', ' hf_new ');
  expect(await sent()).toBe('Bearer hf_new');
  vi.stubEnv('HF_HUB_DISABLE_IMPLICIT_TOKEN', '1');
  expect(await sent()).toBeUndefined();
});

it('goes on where a download was cut off, and tries again where the Hub is busy', async () => {
  const answer = { etag: '"of-the-storage"' };
  hub.storage.on(`/${sha256(WEIGHTS)}`, file(WEIGHTS, { ...answer, cutAfter: 50_000 }), status(503), file(WEIGHTS, answer));
  hub.storage.on(`/${sha256(WEIGHTS)}?signature=x`, file(WEIGHTS, { ...answer, cutAfter: 50_000 }), status(503), file(WEIGHTS, answer));
  place.server.on(resolvePath(REPO, FIRST, 'config.json'), status(429, { ratelimit: '"resolvers";r=0;t=0' }), file('{}'));
  expect(Buffer.from(await (await place.resolve(`hf:${REPO}`)).root.read('model.safetensors'))).toEqual(WEIGHTS);
  expect(hub.storage.requests.map(({ headers }) => headers.range)).toEqual([undefined, 'bytes=50000-', 'bytes=50000-']);
});

it('waits as long as the Hub says, and not longer than two minutes', async () => {
  place.server.on(`/api/models/${REPO}/revision/main`, status(429, { ratelimit: '"api";r=0;t=300' }));
  await expect(place.resolve(`hf:${REPO}`)).rejects.toMatchObject({ code: 'HUB_NETWORK', values: { attempts: 1 } });
});

it('keeps nothing that is not what the Hub lists', async () => {
  hub.storage.on(`/${sha256(WEIGHTS)}?signature=x`, file(Buffer.alloc(WEIGHTS.length)));
  await expect(place.resolve(`hf:${REPO}`)).rejects.toMatchObject({ code: 'HUB_HASH_MISMATCH', values: { algorithm: 'sha256' } });
  hub.publish({ repo: REPO, commit: FIRST, files: FILES });
  place.server.on(resolvePath(REPO, FIRST, 'config.json'), file('[]'));
  await expect(place.resolve(`hf:${REPO}`)).rejects.toMatchObject({ code: 'HUB_HASH_MISMATCH', values: { algorithm: 'git-sha1' } });
  expect(place.leftovers()).toEqual([]);
  expect(existsSync(place.at('huggingface', 'hub', 'models--owner--repo', 'refs'))).toBe(false);
  hub.publish({ repo: REPO, commit: FIRST, files: FILES });
  expect(await text(`hf:${REPO}`, 'config.json')).toBe('{}');
});

it('locks the commit', async () => {
  writeFileSync(
    place.at('regraft.lock'),
    `version: 1\nbases:\n  hf:${REPO}/config.json:\n    resolved: hf:${REPO}@${FIRST}/config.json\n    integrity: sha256-${Buffer.from(sha256('{}'), 'hex').toString('base64')}\n`,
  );
  hub.publish({ repo: REPO, commit: SECOND, files: { 'config.json': '{"new":1}' } });
  expect(await text(`hf:${REPO}/config.json`, 'config.json')).toBe('{}');
  expect(readdirSync(place.at('huggingface', 'hub', 'models--owner--repo', 'snapshots'))).toEqual([FIRST]);
  expect(readFileSync(place.at('regraft.lock'), 'utf8')).toContain(FIRST);
});
