import { existsSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startChild } from './child.js';
import { FakeHuggingFace } from './fake-hugging-face.js';
import { type Answer, file, json, redirect } from './server.js';
import { makeTarball } from './tarball.js';
import { serveTorch } from './torch.js';
import { Workplace } from './workplace.js';

const MODEL = Buffer.alloc(200_000, 7);

let place: Workplace;
beforeEach(async () => {
  place = await Workplace.open();
});
afterEach(() => place.close());

/** Bytes of unfinished downloads in the cache. */
function arrived(): number {
  const names = existsSync(place.cache) ? readdirSync(place.cache, { recursive: true }).map(String) : [];
  return names.filter((name) => name.endsWith('.partial.tmp/data')).reduce((sum, name) => sum + statSync(join(place.cache, name)).size, 0);
}

const locks = (): string[] =>
  readdirSync(place.cache, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.lock'));

function fetchScript(uri: string): string {
  const options = { cacheDir: place.cache, baseDir: place.folder, timeout: 20_000 };
  return `const { root, entry } = await resolveUri(${JSON.stringify(uri)}, ${JSON.stringify(options)});
    process.stdout.write(String((await root.read(entry)).length));`;
}

it('lets one of two processes fetch, and the other use what it fetched', async () => {
  const slow: Answer = (request, response) => void setTimeout(() => file(MODEL)(request, response), 1500);
  place.server.on('/a.bin', slow);
  const uri = `${place.server.url}/a.bin`;
  const ended = await Promise.all([startChild(fetchScript(uri)).ended, startChild(fetchScript(uri)).ended]);
  expect(ended).toEqual([1, 2].map(() => ({ code: 0, out: String(MODEL.length), err: '' })));
  expect(place.server.paths).toEqual(['/a.bin']);
  expect(place.leftovers()).toEqual([]);
});

it('takes over from a process that was killed, and goes on where it stopped', async () => {
  place.server.on('/a.bin', file(MODEL, { stallAfter: 50_000 }));
  const child = startChild(fetchScript(`${place.server.url}/a.bin`));
  await vi.waitUntil(() => arrived() === 50_000, 20_000);
  child.process.kill('SIGKILL');
  await child.ended;
  expect(locks()).toHaveLength(1);
  place.server.on('/a.bin', file(MODEL));
  expect(Buffer.from(await (await place.fetch('/a.bin')).root.read('a.bin'))).toEqual(MODEL);
  expect(place.server.requests.at(-1)?.headers.range).toBe('bytes=50000-');
  expect(place.leftovers()).toEqual([]);
});

it('waits for the owner of a lock on another machine while it shows that it lives', async () => {
  place.server.on('/a.bin', file(MODEL));
  await place.fetch('/a.bin');
  const { root } = await place.fetch('/a.bin', { offline: true });
  const lock = `${dirname(root.path ?? '')}.lock`;
  writeFileSync(lock, JSON.stringify({ process: 1, host: 'elsewhere', id: 'x' }));
  let waits = 0;
  place.events.on('wait', () => waits++);
  const waiting = place.fetch('/a.bin', { refresh: true });
  await pause(400);
  expect(waits).toBe(1);
  expect(place.server.requests).toHaveLength(1);
  // Silent for a minute.
  utimesSync(lock, Date.now() / 1000 - 60, Date.now() / 1000 - 60);
  await waiting;
  expect(place.server.requests).toHaveLength(2);
  expect(existsSync(lock)).toBe(false);
});

it('does not wait for a lock longer than it is asked to', async () => {
  place.server.on('/a.bin', file(MODEL));
  const { root } = await place.fetch('/a.bin');
  const lock = `${dirname(root.path ?? '')}.lock`;
  writeFileSync(lock, JSON.stringify({ process: process.pid, host: 'elsewhere', id: 'x' }));
  const signal = AbortSignal.timeout(200);
  await expect(place.fetch('/a.bin', { refresh: true, signal })).rejects.toMatchObject({ code: 'HUB_STOPPED' });
  expect(readFileSync(lock, 'utf8')).toContain('elsewhere');
});

it('attempts nothing on the network when offline', async () => {
  const slug = 'google/m/tensorFlow2/v';
  const archive = makeTarball([{ path: 'saved_model.pb', content: 'graph' }]);
  place.server.on('/a.bin', file(MODEL)).on('/storage/tensorflow/keras-applications/mobilenet/mobilenet_1_0_224_tf.h5', file('h5'));
  place.server
    .on(`/api/v1/models/${slug}/get`, json({ versionNumber: 1 }))
    .on(`/api/v1/models/${slug}/1/download`, redirect('/m.tar.gz'))
    .on('/m.tar.gz', file(archive));
  const huggingFace = await new FakeHuggingFace(place).start();
  huggingFace.publish({ repo: 'owner/repo', commit: 'a'.repeat(40), files: { 'config.json': '{}', 'model.safetensors': 'weights' } });
  serveTorch(place);
  const kept = [`${place.server.url}/a.bin`, 'keras:MobileNet', 'torch:regnet_y_32gf', `tfhub:${slug}`, 'hf:owner/repo'];
  for (const uri of kept) await place.resolve(uri);
  await huggingFace.stop();
  const missing = [
    `${place.server.url}/b.bin`,
    'keras:VGG16',
    'torch:resnet50',
    'tfhub:google/other/tensorFlow2/v',
    'tfhub:google/other/tensorFlow2/v/1',
    'npm:regraft-no-such-package@1.0.0',
    'https://tfhub.dev/google/x/1',
    'hf:owner/other',
    `hf:owner/repo@${'b'.repeat(40)}`,
  ];
  const script = (uris: readonly string[]): string => `for (const uri of ${JSON.stringify(uris)}) {
    const outcome = await resolveUri(uri, ${JSON.stringify({ cacheDir: place.cache, baseDir: place.folder, attempts: 1 })}).then(() => 'found', (error) => error.code ?? error.message);
    process.stdout.write(outcome + ' ');
  }`;
  const asked = place.server.requests.length;
  const online = await startChild(script(missing.slice(0, 1)), { denied: true }).ended;
  expect(online.err).toContain('DENIED');
  vi.stubEnv('REGRAFT_OFFLINE', '1');
  const offline = await startChild(script([...kept, ...missing]), { denied: true }).ended;
  expect(offline).toEqual({ code: 0, out: `${kept.map(() => 'found').join(' ')} ${missing.map(() => 'HUB_OFFLINE').join(' ')} `, err: '' });
  expect(place.server.requests).toHaveLength(asked);
});
