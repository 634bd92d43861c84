import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { file, json, redirect, status } from '../../../../test/hub/server.js';
import { makeTarball } from '../../../../test/hub/tarball.js';
import { Workplace } from '../../../../test/hub/workplace.js';

const SLUG = 'google/mobilenet-v2/tensorFlow2/100-224-classification';
const API = `/api/v1/models/${SLUG}`;
const ARCHIVE = makeTarball([
  { path: './saved_model.pb', content: 'graph' },
  { path: './variables/variables.index', content: 'index' },
]);

let place: Workplace;
beforeEach(async () => {
  place = await Workplace.open();
});
afterEach(() => place.close());

/** Kaggle: facts of a variation, and a download that goes to a storage server by a signed address. */
function publish(version: number): void {
  place.server
    .on(`${API}/get`, json({ id: 1, slug: '100-224-classification', versionNumber: version, licenseName: 'Apache 2.0' }))
    .on(`${API}/${version}/download`, redirect(`${place.server.otherUrl}/storage/archive.tar.gz?signature=x`))
    .on('/storage/archive.tar.gz', file(ARCHIVE, { headers: { 'content-type': 'application/gzip' } }));
}

const kept = (...parts: readonly string[]): string => place.at('kagglehub', 'models', ...SLUG.split('/'), ...parts);

it('fetches the newest version to where kagglehub keeps it', async () => {
  publish(3);
  const { root, source } = await place.resolve(`tfhub:${SLUG}`);
  expect(source).toMatchObject({ uri: `tfhub:${SLUG}/3`, version: '3', licence: 'Apache-2.0', integrity: expect.stringMatching(/^sha256-/) });
  expect(await root.list()).toEqual(['saved_model.pb', 'variables/variables.index']);
  expect(readFileSync(kept('3', 'saved_model.pb'), 'utf8')).toBe('graph');
  expect(existsSync(kept('3.complete'))).toBe(true);
  expect((await place.resolve(`tfhub:${SLUG}`, { offline: true })).source).toEqual(source);
  expect((await place.resolve(`tfhub:${SLUG}/3`, { offline: true })).source).toEqual(source);
  expect(place.server.requests).toHaveLength(3);
  expect(place.leftovers()).toEqual([]);
});

it('takes what kagglehub downloaded, if it was finished', async () => {
  mkdirSync(kept('2'), { recursive: true });
  writeFileSync(kept('2', 'saved_model.pb'), 'graph');
  await expect(place.resolve(`tfhub:${SLUG}/2`, { offline: true })).rejects.toMatchObject({ code: 'HUB_OFFLINE' });
  writeFileSync(kept('2.complete'), '');
  const { root, source } = await place.resolve(`tfhub:${SLUG}`, { offline: true });
  expect(source.version).toBe('2');
  expect(await root.list()).toEqual(['saved_model.pb']);
});

it('asks for a newer version only when told to', async () => {
  publish(3);
  await place.resolve(`tfhub:${SLUG}`);
  publish(4);
  expect((await place.resolve(`tfhub:${SLUG}`)).source.version).toBe('3');
  expect((await place.resolve(`tfhub:${SLUG}`, { refresh: true })).source.version).toBe('4');
  expect((await place.resolve(`tfhub:${SLUG}`)).source.version).toBe('4');
});

it('mends a damaged file', async () => {
  publish(3);
  await place.resolve(`tfhub:${SLUG}/3`);
  writeFileSync(kept('3', 'saved_model.pb'), 'bitten');
  const { root } = await place.resolve(`tfhub:${SLUG}/3`);
  expect(new TextDecoder().decode(await root.read('saved_model.pb'))).toBe('graph');
});

it('shows credentials to Kaggle, but not to the storage it redirects to', async () => {
  publish(1);
  mkdirSync(place.at('kaggle'));
  writeFileSync(place.at('kaggle', 'kaggle.json'), '{"username":"ada","key":"secret"}');
  await place.resolve(`tfhub:${SLUG}/1`);
  const basic = `Basic ${Buffer.from('ada:secret').toString('base64')}`;
  expect(place.server.requests.map(({ headers }) => headers.authorization)).toEqual([basic, basic, undefined]);
});

it.each([
  [{ KAGGLE_USERNAME: 'eve', KAGGLE_KEY: 'k' }, `Basic ${Buffer.from('eve:k').toString('base64')}`],
  [{ KAGGLE_API_TOKEN: 'KGAT_1' }, 'Bearer KGAT_1'],
])('takes credentials from %j', async (environment, authorization) => {
  publish(1);
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  await place.resolve(`tfhub:${SLUG}/1`);
  expect(place.server.requests[0]?.headers.authorization).toBe(authorization);
});

it('says what to do about models that need terms accepted, do not exist, or bad credentials', async () => {
  place.server.on(`${API}/get`, status(403));
  await expect(place.resolve(`tfhub:${SLUG}`)).rejects.toMatchObject({
    code: 'HUB_ACCESS_DENIED',
    remedy: expect.stringContaining('KAGGLE_USERNAME'),
  });
  await expect(place.resolve('tfhub:google/nothing/tensorFlow2/x')).rejects.toMatchObject({ code: 'HUB_NOT_FOUND' });
  place.server.on(`${API}/get`, json({ message: 'sorry' }));
  await expect(place.resolve(`tfhub:${SLUG}`)).rejects.toMatchObject({ code: 'HUB_HTTP', message: expect.stringContaining('newest') });
  place.server.on(`${API}/get`, file('<html>'));
  await expect(place.resolve(`tfhub:${SLUG}`)).rejects.toMatchObject({ code: 'HUB_HTTP', message: expect.stringContaining('JSON') });
  mkdirSync(place.at('kaggle'));
  writeFileSync(place.at('kaggle', 'kaggle.json'), '{"username":"ada"}');
  await expect(place.resolve(`tfhub:${SLUG}`)).rejects.toMatchObject({
    code: 'HUB_CREDENTIALS_INVALID',
    values: { file: place.at('kaggle', 'kaggle.json') },
  });
});

it('leaves what kagglehub has as it is when a download fails', async () => {
  publish(3);
  await place.resolve(`tfhub:${SLUG}/3`);
  place.server.on('/storage/archive.tar.gz', file(makeTarball([{ path: '../escaped', content: 'out' }])));
  await expect(place.resolve(`tfhub:${SLUG}/3`, { refresh: true })).rejects.toMatchObject({ code: 'HUB_ARCHIVE_UNSAFE' });
  expect(readdirSync(kept()).sort()).toEqual(['3', '3.complete']);
});

it('opens modules by their older address, in the folder that tensorflow_hub shares', async () => {
  vi.stubEnv('TFHUB_CACHE_DIR', place.at('modules'));
  const handle = `${place.server.url}/google/feature_vector/5`;
  place.server.on('/google/feature_vector/5?tf-hub-format=compressed', redirect('/storage/m.tar.gz')).on('/storage/m.tar.gz', file(ARCHIVE));
  const { root, source } = await place.resolve(`${handle}?tf-hub-format=compressed`);
  const folder = place.at('modules', createHash('sha1').update(handle).digest('hex'));
  expect({ path: root.path, uri: source.uri }).toEqual({ path: folder, uri: handle });
  expect(readFileSync(join(folder, 'saved_model.pb'), 'utf8')).toBe('graph');
  expect(readFileSync(`${folder}.descriptor.txt`, 'utf8')).toContain(`Module: ${handle}\n`);
  await place.resolve(`${handle}?tf-hub-format=compressed`, { offline: true });
  expect(place.server.requests).toHaveLength(2);
});
