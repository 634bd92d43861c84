import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { file } from '../../../../test/hub/server.js';
import { makeTarball } from '../../../../test/hub/tarball.js';
import { Workplace } from '../../../../test/hub/workplace.js';
import { float32 } from '../../../core/index.js';
import { GraphBuilder, writeModelParts } from '../../../engine/graph/index.js';

let place: Workplace;
beforeEach(async () => {
  place = await Workplace.open();
});
afterEach(() => place.close());

it('opens a single file by its own name', async () => {
  place.server.on('/models/my%20model.keras', file('weights'));
  const folder = await place.fetch('/models/my%20model.keras?download=1');
  expect(folder).toMatchObject({ kind: 'https', entry: 'my model.keras', source: { uri: `${place.server.url}/models/my%20model.keras?download=1` } });
  // sha256 of "weights"
  expect(folder.source.integrity).toBe('sha256-mhKQONmgCu0M9qfqBZylCoE0SQYauHhIzxoT6v3zOyw=');
  expect(await folder.root.list()).toEqual(['my model.keras']);
});

it('fetches the shards of a TensorFlow.js model when they are read, with the query of the model', async () => {
  const manifest = { weightsManifest: [{ paths: ['a.bin', 'deep/b 1.bin', '../outside.bin'], weights: [] }] };
  place.server
    .on('/m/model.json', file(JSON.stringify(manifest)))
    .on('/m/a.bin?key=1', file('alpha'))
    .on('/m/deep/b%201.bin?key=1', file('beta'));
  const { root, entry } = await place.fetch('/m/model.json?key=1');
  expect(entry).toBeUndefined();
  expect(await root.list()).toEqual(['a.bin', 'deep/b 1.bin', 'model.json']);
  expect(place.server.paths).toEqual(['/m/model.json?key=1']);
  expect(new TextDecoder().decode(await root.read('deep/b 1.bin'))).toBe('beta');
  expect(new TextDecoder().decode(await root.read('a.bin'))).toBe('alpha');
  await expect(root.read('other.bin')).rejects.toMatchObject({ code: 'HUB_FILE_MISSING' });
  await expect(root.read('../outside.bin')).rejects.toMatchObject({ code: 'HUB_FILE_MISSING' });
  const { root: again } = await place.fetch('/m/model.json?key=1', { offline: true });
  expect(new TextDecoder().decode(await again.read('deep/b 1.bin'))).toBe('beta');
  expect(place.server.requests).toHaveLength(3);
});

it('finds the external data of an ONNX model', async () => {
  const b = new GraphBuilder(17);
  const model = b.model([b.add(b.input('x', 'float32', [4]), b.initializer('w', float32([4], [1, 2, 3, 4])))]);
  const parts = writeModelParts(model, { location: 'weights.data', threshold: 1 });
  place.server.on('/m.onnx', file(parts.model)).on('/weights.data', file(Buffer.concat([...parts.data])));
  const { root } = await place.fetch('/m.onnx');
  expect(await root.list()).toEqual(['m.onnx', 'weights.data']);
  expect(new Float32Array((await (await root.open('weights.data')).read(4, 8)).buffer)).toEqual(Float32Array.of(2, 3));
  expect(await root.read('weights.data')).toHaveLength(16);
});

it('unpacks archives, whatever packed them', async () => {
  const files = { 'saved_model.pb': strToU8('graph'), 'variables/variables.index': strToU8('index') };
  place.server.on('/m.zip', file(zipSync(files))).on('/m.tar.gz', file(makeTarball([{ path: 'saved_model.pb', content: 'graph' }])));
  expect(await (await place.fetch('/m.zip')).root.list()).toEqual(['saved_model.pb', 'variables/variables.index']);
  expect(await place.read('/m.tar.gz', 'saved_model.pb')).toBe('graph');
  expect(await place.read('/m.zip', 'variables/variables.index')).toBe('index');
  expect(place.server.requests).toHaveLength(2);
});

it('refuses archives that would leave their folder or fill the disk, and leaves nothing behind', async () => {
  const bomb = zipSync({ a: new Uint8Array(5000), b: new Uint8Array(5000) });
  place.server
    .on('/up.zip', file(zipSync({ '../escaped.txt': strToU8('out') })))
    .on('/root.zip', file(zipSync({ '/escaped.txt': strToU8('out') })))
    .on('/back.zip', file(zipSync({ '..\\escaped.txt': strToU8('out') })))
    .on('/up.tar', file(makeTarball([{ path: '../escaped.txt', content: 'out' }])))
    .on('/bomb.zip', file(bomb));
  for (const path of ['/up.zip', '/root.zip', '/back.zip', '/up.tar']) {
    await expect(place.fetch(path)).rejects.toMatchObject({ code: 'HUB_ARCHIVE_UNSAFE', values: { entry: expect.stringContaining('escaped') } });
  }
  await expect(place.fetch('/bomb.zip', { limits: { files: 9, bytes: 6000 } })).rejects.toMatchObject({ code: 'HUB_ARCHIVE_UNSAFE' });
  await expect(place.fetch('/bomb.zip', { limits: { files: 1, bytes: 60_000 } })).rejects.toMatchObject({ code: 'HUB_ARCHIVE_UNSAFE' });
  expect(readdirSync(place.folder, { recursive: true }).filter((name) => String(name).includes('escaped'))).toEqual([]);
  expect(place.leftovers()).toEqual([]);
});

it('refuses a zip that holds more than it announces, and one that is cut off', async () => {
  const honest = zipSync({ a: new Uint8Array(100_000) });
  const lying = Buffer.from(honest);
  // The uncompressed size in the central directory. Source: APPNOTE.TXT 4.3.12.
  lying.writeUInt32LE(10, lying.indexOf('PK\u0001\u0002', 0, 'latin1') + 24);
  place.server
    .on('/lying.zip', file(lying))
    .on('/cut.zip', file(honest.subarray(0, 60)))
    .on('/not.zip', file('a page that says sorry'));
  for (const path of ['/lying.zip', '/cut.zip', '/not.zip']) await expect(place.fetch(path)).rejects.toMatchObject({ code: 'HUB_ARCHIVE_BROKEN' });
});

it('leaves links out of archives', async () => {
  const link = { mtime: new Date(2000, 1, 1), os: 3, attrs: 0o120777 << 16 } as const;
  place.server.on('/m.zip', file(zipSync({ model: strToU8('m'), link: [strToU8('/etc/passwd'), link] })));
  expect(await (await place.fetch('/m.zip')).root.list()).toEqual(['model']);
});

it('notices a damaged file in the cache and mends it; offline it is an error', async () => {
  const mended: string[] = [];
  place.events.on('mend', ({ file: name }) => mended.push(name));
  place.server.on('/a.onnx', file('weights'));
  const { root } = await place.fetch('/a.onnx');
  writeFileSync(join(root.path ?? '', 'a.onnx'), 'weightz!');
  await expect(place.fetch('/a.onnx', { offline: true })).rejects.toMatchObject({ code: 'HUB_OFFLINE' });
  expect(await place.read('/a.onnx', 'a.onnx')).toBe('weights');
  expect(mended).toContain('a.onnx');
  expect(place.server.requests).toHaveLength(2);
});

it('asks again only when told to', async () => {
  place.server.on('/a.onnx', file('first'), file('second'));
  expect(await place.read('/a.onnx', 'a.onnx')).toBe('first');
  expect(await place.read('/a.onnx', 'a.onnx')).toBe('first');
  expect(await place.read('/a.onnx', 'a.onnx', { refresh: true })).toBe('second');
  expect(await place.read('/a.onnx', 'a.onnx')).toBe('second');
});
