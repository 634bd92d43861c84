import { copyFileSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startChild } from '../../../../test/hub/child.js';
import { blobName, FakeHuggingFace, gitHash, sha256 } from '../../../../test/hub/fake-hugging-face.js';
import { file } from '../../../../test/hub/server.js';
import { Workplace } from '../../../../test/hub/workplace.js';
import { entriesOf, keptEntries, removeKept } from '../index.node.js';

const REPO = 'owner/repo';
const FIRST = 'a'.repeat(40);
const SECOND = 'b'.repeat(40);
const FILES = { 'config.json': '{}', 'onnx/model.onnx': 'weights' };

let place: Workplace;
let hub: FakeHuggingFace;
beforeEach(async () => {
  place = await Workplace.open();
  hub = await new FakeHuggingFace(place).start();
  hub.publish({ repo: REPO, commit: FIRST, files: FILES });
});
afterEach(async () => {
  await hub.stop();
  await place.close();
});

const kept = (...parts: readonly string[]): string => place.at('huggingface', 'hub', 'models--owner--repo', ...parts);

/** What the Hub's own client leaves behind. */
function downloadElsewhere(commit: string, files: Readonly<Record<string, string>>, revision = 'main'): void {
  for (const [path, content] of Object.entries(files)) {
    const [blob, pointer] = [kept('blobs', blobName(path, content)), kept('snapshots', commit, path)];
    for (const folder of [dirname(blob), dirname(pointer), kept('refs')]) mkdirSync(folder, { recursive: true });
    writeFileSync(blob, content);
    const up = '../'.repeat(path.split('/').length + 1);
    symlinkSync(`${up}blobs/${blobName(path, content)}`, pointer);
  }
  writeFileSync(kept('refs', revision), commit);
}

/** The whole of a folder, with what links point to. */
function layout(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => !entry.isDirectory());
  return entries.map((entry) => {
    const path = join(entry.parentPath, entry.name);
    return path.slice(folder.length + 1) + (entry.isSymbolicLink() ? ` -> ${readlinkSync(path)}` : '');
  });
}

it('keeps a repository as the clients of the Hub do', async () => {
  await place.resolve(`hf:${REPO}`);
  const [config, weights] = [gitHash('{}'), sha256('weights')];
  const expected = [
    `blobs/${config}`,
    `blobs/${weights}`,
    'refs/main',
    `snapshots/${FIRST}/config.json -> ../../blobs/${config}`,
    `snapshots/${FIRST}/onnx/model.onnx -> ../../../blobs/${weights}`,
  ];
  expect(layout(kept()).sort()).toEqual(expected.sort());
  expect(readFileSync(kept('refs', 'main'), 'utf8')).toBe(FIRST);
});

it.each([
  ['HF_HUB_CACHE', 'here', 'here'],
  ['HUGGINGFACE_HUB_CACHE', 'there', 'there'],
  ['HF_HOME', 'home', 'home/hub'],
])('keeps it where %s says', async (name, value, folder) => {
  vi.stubEnv(name, place.at(value));
  await place.resolve(`hf:${REPO}`);
  expect(existsSync(place.at(...folder.split('/'), 'models--owner--repo', 'snapshots', FIRST, 'config.json'))).toBe(true);
});

it('uses what another client downloaded, and fetches what is missing of that commit', async () => {
  downloadElsewhere(FIRST, { 'onnx/model.onnx': 'weights' });
  hub.publish({ repo: REPO, commit: SECOND, files: { 'config.json': '{"new":1}', 'onnx/model.onnx': 'newer' } });
  const { root, source } = await place.resolve(`hf:${REPO}`);
  expect(source.version).toBe(FIRST);
  expect(await root.list()).toEqual(['config.json', 'onnx/model.onnx']);
  expect(hub.storage.requests).toEqual([]);
});

it('uses offline what another client downloaded, if the weights are whole and what their names say', async () => {
  vi.stubEnv('HF_HUB_OFFLINE', '1');
  await expect(place.resolve(`hf:${REPO}`)).rejects.toMatchObject({ code: 'HUB_OFFLINE' });
  downloadElsewhere(FIRST, { 'config.json': '{}', 'README.md': '---\nlicense: mit\n---\n', 'modeling.py': 'import os' });
  await expect(place.resolve(`hf:${REPO}`)).rejects.toMatchObject({ code: 'HUB_OFFLINE' });
  const index = JSON.stringify({ weight_map: { a: '1.safetensors', b: '2.safetensors' } });
  downloadElsewhere(FIRST, { 'model.safetensors.index.json': index, '1.safetensors': 'one' });
  await expect(place.resolve(`hf:${REPO}`)).rejects.toMatchObject({ code: 'HUB_OFFLINE' });
  downloadElsewhere(FIRST, { '2.safetensors': 'two' });
  writeFileSync(kept('blobs', sha256('two')), 'twö');
  await expect(place.resolve(`hf:${REPO}`)).rejects.toMatchObject({ code: 'HUB_OFFLINE' });
  writeFileSync(kept('blobs', sha256('two')), 'two');
  const { root, source } = await place.resolve(`hf:${REPO}`);
  expect(await root.list()).toEqual(['1.safetensors', '2.safetensors', 'README.md', 'config.json', 'model.safetensors.index.json']);
  expect(source).toMatchObject({ uri: `hf:${REPO}@${FIRST}`, version: FIRST, licence: 'MIT' });
  expect((await place.resolve(`hf:${REPO}`)).source).toEqual(source);
  expect(place.server.requests).toEqual([]);
});

it('completes with the network what looked whole without one', async () => {
  downloadElsewhere(FIRST, { 'onnx/model.onnx': 'weights' });
  expect(await (await place.resolve(`hf:${REPO}`, { offline: true })).root.list()).toEqual(['onnx/model.onnx']);
  expect(await (await place.resolve(`hf:${REPO}`)).root.list()).toEqual(['config.json', 'onnx/model.onnx']);
  expect((await keptEntries(place.cache)).map(({ manifest }) => manifest.uri)).toEqual([`hf:${REPO}@${FIRST}`]);
});

it('asks nobody where another client wrote down what the repository holds', async () => {
  downloadElsewhere(FIRST, FILES);
  mkdirSync(kept('trees'));
  const tree = { format_version: 1, files: Object.fromEntries([...Object.keys(FILES), 'tf_model.h5'].map((path) => [path, {}])) };
  writeFileSync(kept('trees', `${FIRST}.json`), JSON.stringify(tree));
  expect(await (await place.resolve(`hf:${REPO}`)).root.list()).toEqual(['config.json', 'onnx/model.onnx']);
  expect(place.server.requests).toEqual([]);
});

it('notices a damaged file and mends it; offline it is an error', async () => {
  const mended: string[] = [];
  place.events.on('mend', ({ file: name }) => mended.push(name));
  await place.resolve(`hf:${REPO}`);
  writeFileSync(kept('blobs', sha256('weights')), 'bitten!!');
  await expect(place.resolve(`hf:${REPO}`, { offline: true })).rejects.toMatchObject({ code: 'HUB_OFFLINE' });
  const { root } = await place.resolve(`hf:${REPO}`);
  expect(new TextDecoder().decode(await root.read('onnx/model.onnx'))).toBe('weights');
  expect(mended).toContain('onnx/model.onnx');
  rmSync(kept('snapshots'), { recursive: true });
  await place.resolve(`hf:${REPO}`);
  expect(hub.storage.requests).toHaveLength(2);
});

it('moves or copies where links are not wanted', async () => {
  vi.stubEnv('HF_HUB_DISABLE_SYMLINKS', '1');
  await place.resolve(`hf:${REPO}`);
  expect(layout(kept()).sort()).toEqual(['refs/main', `snapshots/${FIRST}/config.json`, `snapshots/${FIRST}/onnx/model.onnx`]);
  mkdirSync(kept('blobs'), { recursive: true });
  copyFileSync(kept('snapshots', FIRST, 'onnx/model.onnx'), kept('blobs', sha256('weights')));
  hub.publish({ repo: REPO, commit: SECOND, files: FILES });
  await place.resolve(`hf:${REPO}@${SECOND}`);
  expect(lstatSync(kept('snapshots', SECOND, 'onnx/model.onnx')).isSymbolicLink()).toBe(false);
  expect(readdirSync(kept('blobs'))).toEqual([sha256('weights')]);
  expect(hub.storage.requests).toHaveLength(1);
});

it('lists and removes an address with its content, but for what another commit or address needs', async () => {
  hub.publish({ repo: REPO, commit: SECOND, revisions: ['v2'], files: { ...FILES, 'config.json': '{"new":1}' } });
  for (const uri of [`hf:${REPO}`, `hf:${REPO}@v2`, `hf:${REPO}/config.json`]) await place.resolve(uri);
  const uris = async (): Promise<string[]> => (await keptEntries(place.cache)).map(({ manifest }) => manifest.uri);
  expect(await uris()).toEqual([`hf:${REPO}@${FIRST}`, `hf:${REPO}@${FIRST}/config.json`, `hf:${REPO}@${SECOND}`]);
  const remove = async (uri: string): Promise<void> => {
    for (const entry of await entriesOf(uri, place.cache)) await removeKept(entry);
  };
  await remove(`hf:${REPO}@main/config.json`);
  expect(await uris()).toEqual([`hf:${REPO}@${FIRST}`, `hf:${REPO}@${SECOND}`]);
  await place.resolve(`hf:${REPO}`, { offline: true });
  await remove(`hf:${REPO}@v2`);
  expect(readdirSync(kept('blobs')).sort()).toEqual([gitHash('{}'), sha256('weights')].sort());
  expect(readdirSync(kept('refs'))).toEqual(['main']);
  await place.resolve(`hf:${REPO}`, { offline: true });
  await remove(`hf:${REPO}`);
  expect(existsSync(kept())).toBe(false);
  expect(await uris()).toEqual([]);
});

it('leaves alone what another client keeps beside it', async () => {
  downloadElsewhere(FIRST, { ...FILES, 'tf_model.h5': 'other' });
  await place.resolve(`hf:${REPO}`);
  for (const entry of await entriesOf(`hf:${REPO}`, place.cache)) await removeKept(entry);
  expect(layout(kept()).map((line) => line.split(' ')[0])).toEqual([`blobs/${sha256('other')}`, 'refs/main', `snapshots/${FIRST}/tf_model.h5`]);
});

it('lets one of two processes fetch, and the other use what it fetched', async () => {
  const stored = `/${sha256('weights')}?signature=x`;
  hub.storage.on(stored, (request, response) => void setTimeout(() => file('weights')(request, response), 1500));
  const options = { cacheDir: place.cache, baseDir: place.folder, timeout: 20_000 };
  const script = (uri: string): string =>
    `const { root } = await resolveUri(${JSON.stringify(uri)}, ${JSON.stringify(options)}); process.stdout.write(String(await root.read('onnx/model.onnx')));`;
  const uris = [`hf:${REPO}`, `hf:${REPO}`, `hf:${REPO}/onnx/model.onnx`];
  const ended = await Promise.all(uris.map((uri) => startChild(script(uri)).ended));
  const bytes = String(new TextEncoder().encode('weights'));
  expect(ended).toEqual(uris.map(() => ({ code: 0, out: bytes, err: '' })));
  expect(hub.storage.paths).toEqual([stored]);
  expect(place.leftovers()).toEqual([]);
});
