import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startChild } from '../../../../test/hub/child.js';
import { type Answer, file, status } from '../../../../test/hub/server.js';
import { serveTorch, torchDefault, torchSwag } from '../../../../test/hub/torch.js';
import { Workplace } from '../../../../test/hub/workplace.js';

const { path: PATH, bytes: WEIGHTS } = torchDefault;

let place: Workplace;
let kept: string;
beforeEach(async () => {
  place = await Workplace.open();
  kept = place.at('torch', 'hub', 'checkpoints', torchDefault.file);
});
afterEach(() => place.close());

/** What PyTorch, or something before it, left in its cache. */
function leave(content: string | Uint8Array): void {
  mkdirSync(dirname(kept), { recursive: true });
  writeFileSync(kept, content);
}

const ranges = (): (string | undefined)[] => place.server.requests.map(({ headers }) => headers.range);

it('fetches the default weights of a model to where torch.hub keeps them', async () => {
  serveTorch(place);
  const { root, ...folder } = await place.resolve('torch:regnet_y_32gf');
  const integrity = `sha256-${createHash('sha256').update(WEIGHTS).digest('base64')}`;
  expect(folder).toEqual({
    kind: 'torch',
    entry: torchDefault.file,
    architecture: 'regnet_y_32gf',
    source: { uri: 'torch:regnet_y_32gf:IMAGENET1K_V2', integrity },
  });
  expect(root.path).toBe(dirname(kept));
  expect(readFileSync(kept)).toEqual(WEIGHTS);
  expect((await place.resolve('torch:regnet_y_32gf', { offline: true })).source).toEqual(folder.source);
  expect(place.server.paths).toEqual([PATH]);
  expect(place.leftovers()).toEqual([]);
});

it('fetches the weights that are named, with their licence, beside the others', async () => {
  serveTorch(place);
  await place.resolve('torch:regnet_y_32gf');
  const { root, entry, source } = await place.resolve('torch:regnet_y_32gf:IMAGENET1K_SWAG_LINEAR_V1');
  expect(Buffer.from(await root.read(entry ?? ''))).toEqual(torchSwag.bytes);
  expect(source).toMatchObject({ uri: 'torch:regnet_y_32gf:IMAGENET1K_SWAG_LINEAR_V1', licence: 'CC-BY-NC-4.0' });
  expect(place.server.paths).toEqual([PATH, torchSwag.path]);
});

it.each([
  [{ TORCH_HOME: '', XDG_CACHE_HOME: 'xdg' }, ['xdg', 'torch']],
  [{ TORCH_HOME: '', XDG_CACHE_HOME: '', HOME: 'home' }, ['home', '.cache', 'torch']],
  [{ TORCH_HOME: '~/mine', HOME: 'home' }, ['home', 'mine']],
])('looks where PyTorch does: %j', async (environment, folder) => {
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, /^\w/.test(value) ? place.at(value) : value);
  serveTorch(place);
  const { root } = await place.resolve('torch:regnet_y_32gf');
  expect(root.path).toBe(place.at(...folder, 'hub', 'checkpoints'));
});

describe('what PyTorch downloaded', () => {
  it('is taken if it is what its name says', async () => {
    leave(WEIGHTS);
    expect((await place.resolve('torch:regnet_y_32gf', { offline: true })).entry).toBe(torchDefault.file);
    expect(place.server.requests).toEqual([]);
  });

  it('is mended if it is damaged, then or later', async () => {
    const mended: string[] = [];
    place.events.on('mend', (mend) => mended.push(mend.file));
    leave('half of the wei');
    await expect(place.resolve('torch:regnet_y_32gf', { offline: true })).rejects.toMatchObject({ code: 'HUB_OFFLINE' });
    serveTorch(place);
    for (const damage of ['half', 'bitten']) {
      leave(damage);
      await place.resolve('torch:regnet_y_32gf');
      expect(readFileSync(kept)).toEqual(WEIGHTS);
    }
    expect([...new Set(mended)]).toEqual([kept, torchDefault.file]);
  });
});

it('refuses a file whose hash does not begin as its name says, and keeps nothing of it', async () => {
  place.server.on(PATH, file('something else'));
  await expect(place.resolve('torch:regnet_y_32gf')).rejects.toMatchObject({
    code: 'HUB_HASH_MISMATCH',
    values: { algorithm: 'sha256', expected: '8db6d4b5' },
  });
  expect(existsSync(kept)).toBe(false);
  expect(place.leftovers()).toEqual([]);
});

it('goes on where the storage cut it off', async () => {
  const cut = file(WEIGHTS, { cutAfter: 7 });
  place.server.on(PATH, cut, cut, file(WEIGHTS));
  await place.resolve('torch:regnet_y_32gf');
  expect(ranges()).toEqual([undefined, 'bytes=7-', 'bytes=14-']);
  expect(readFileSync(kept)).toEqual(WEIGHTS);
});

it('starts over where the file at the storage is another one by then', async () => {
  place.server.on(PATH, file('something else before', { cutAfter: 7 }), file(WEIGHTS));
  await place.resolve('torch:regnet_y_32gf');
  expect(place.server.requests[1]?.headers).toMatchObject({ range: 'bytes=7-', 'if-range': expect.stringMatching(/^"/) });
  expect(readFileSync(kept)).toEqual(WEIGHTS);
});

it('follows the storage elsewhere, waits while it is busy, and tries again when it falls silent', async () => {
  const reasons: string[] = [];
  place.events.on('retry', ({ reason }) => reasons.push(reason));
  place.server
    .on(PATH, status(302, { location: '/elsewhere' }))
    .on('/elsewhere', status(429), status(503), file(WEIGHTS, { stallAfter: 7 }), file(WEIGHTS));
  await place.resolve('torch:regnet_y_32gf', { timeout: 1000, attempts: 4 });
  expect(reasons).toEqual([expect.stringContaining('429'), expect.stringContaining('503'), expect.stringContaining('stopped sending')]);
  expect(readFileSync(kept)).toEqual(WEIGHTS);
});

it.each([
  [404, 'HUB_NOT_FOUND', ''],
  [403, 'HUB_ACCESS_DENIED', 'REGRAFT_TORCH_URL'],
])('says at once what status %i means', async (code, error, remedy) => {
  place.server.on(PATH, status(code));
  await expect(place.resolve('torch:regnet_y_32gf')).rejects.toMatchObject({ code: error, remedy: expect.stringContaining(remedy) });
  expect(place.server.paths).toEqual([PATH]);
  expect(existsSync(kept)).toBe(false);
});

it('lets one of two processes fetch, and the other use what it fetched', async () => {
  const slow: Answer = (request, response) => void setTimeout(() => file(WEIGHTS)(request, response), 1500);
  place.server.on(PATH, slow);
  const options = JSON.stringify({ cacheDir: place.cache, baseDir: place.folder, timeout: 20_000 });
  const script = `process.stdout.write((await resolveUri('torch:regnet_y_32gf', ${options})).source.uri);`;
  const ended = await Promise.all([startChild(script).ended, startChild(script).ended]);
  expect(ended).toEqual([1, 2].map(() => ({ code: 0, out: 'torch:regnet_y_32gf:IMAGENET1K_V2', err: '' })));
  expect(place.server.paths).toEqual([PATH]);
  expect(place.leftovers()).toEqual([]);
});

it.each([
  ['torch:resnet5', 'weights for a model "resnet5". Did you mean resnet50?', 'alexnet, convnext_base'],
  ['torch:resnet50:IMAGENET1K_V3', 'weights "IMAGENET1K_V3" for resnet50. Did you mean IMAGENET1K_V1?', 'IMAGENET1K_V1, IMAGENET1K_V2.'],
  ['torch:pytorch/vision:resnet50', 'weights for a model "pytorch/vision".', 'alexnet'],
])('says what there is instead of %s', async (uri, message, remedy) => {
  await expect(place.resolve(uri)).rejects.toMatchObject({
    code: 'HUB_WEIGHTS_UNKNOWN',
    message: `torchvision publishes no ${message}`,
    remedy: expect.stringContaining(remedy),
  });
  expect(place.server.requests).toEqual([]);
});
