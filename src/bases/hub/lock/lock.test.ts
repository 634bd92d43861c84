import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { file, json, redirect } from '../../../../test/hub/server.js';
import { makeTarball } from '../../../../test/hub/tarball.js';
import { Workplace } from '../../../../test/hub/workplace.js';
import { readContent, updateLock } from '../index.node.js';

let place: Workplace;
beforeEach(async () => {
  place = await Workplace.open();
  writeFileSync(place.at('package.json'), '{}');
});
afterEach(() => place.close());

/** Locks what an address stands for now. */
async function lock(uri: string): Promise<string> {
  const folder = await place.resolve(uri, { refresh: true });
  const { integrity } = await readContent(folder);
  const { uri: resolved, licence } = folder.source;
  return updateLock({ [uri]: { resolved, integrity, ...(licence !== undefined && { licence }) } }, place.folder);
}

it('names both hashes where a base is not what was locked', async () => {
  const uri = `${place.server.url}/a.onnx`;
  place.server.on('/a.onnx', file('first'));
  const path = await lock(uri);
  expect(path).toBe(place.at('regraft.lock'));
  await place.resolve(uri);
  place.server.on('/a.onnx', file('second'));
  const other = { cacheDir: place.at('another-cache') };
  await expect(place.resolve(uri, other)).rejects.toMatchObject({
    code: 'HUB_LOCK_MISMATCH',
    // sha256 of "first" and of "second"
    values: { expected: 'sha256-p5N7ZLjKpY8Dchu2us9ceMsjX+vg5wsbhM2ZVBRhoI4=', actual: 'sha256-FjZ6rLZ6SgF8jairlWgsyzkIY3gPcRTdoKDgxVZEx8Q=' },
    remedy: expect.stringContaining('--update'),
  });
  await place.resolve(uri, { ...other, refresh: true });
});

it('takes the locked version where the address names none', async () => {
  const slug = 'google/m/tensorFlow2/v';
  const publish = (version: number, content: string): void => {
    place.server.on(`/api/v1/models/${slug}/get`, json({ versionNumber: version, licenseName: 'MIT' }));
    place.server.on(`/api/v1/models/${slug}/${version}/download`, redirect(`/${version}.tar.gz`));
    place.server.on(
      `/${version}.tar.gz`,
      file(
        makeTarball([
          { path: 'saved_model.pb', content },
          { path: 'b', content: 'x' },
        ]),
      ),
    );
  };
  publish(1, 'one');
  await lock(`tfhub:${slug}`);
  publish(2, 'two');
  await place.resolve(`tfhub:${slug}/2`);
  expect((await place.resolve(`tfhub:${slug}`)).source.version).toBe('1');
  await lock(`tfhub:${slug}`);
  expect((await place.resolve(`tfhub:${slug}`)).source.version).toBe('2');
});

it('writes a sorted file for people, and keeps what it does not change', async () => {
  const base = { resolved: 'b', integrity: 'sha256-b' };
  const file1 = await updateLock({ 'npm:b': { ...base, licence: 'MIT' } }, place.folder);
  await Promise.all([updateLock({ 'npm:a': base }, place.folder), updateLock({ 'npm:c': base }, place.folder)]);
  expect(readFileSync(file1, 'utf8').replace(/^#.*\n/, '')).toBe(`version: 1
bases:
  npm:a:
    resolved: b
    integrity: sha256-b
  npm:b:
    resolved: b
    integrity: sha256-b
    licence: MIT
  npm:c:
    resolved: b
    integrity: sha256-b
`);
  expect(place.leftovers()).toEqual([]);
});

it('says where it cannot be written', async () => {
  writeFileSync(place.at('a-file'), '');
  const write = updateLock({}, place.at('a-file'));
  await expect(write).rejects.toMatchObject({ code: 'DATA_WRITE_FAILED', values: { file: place.at('a-file', 'regraft.lock') } });
});

it('counts in the folders of its project, and nowhere else', async () => {
  const uri = `${place.server.url}/a.onnx`;
  place.server.on('/a.onnx', file('first'));
  await updateLock({ [uri]: { resolved: uri, integrity: 'sha256-wrong' } }, place.folder);
  mkdirSync(place.at('specs', 'deep'), { recursive: true });
  await expect(place.resolve(uri, { baseDir: place.at('specs', 'deep') })).rejects.toMatchObject({ code: 'HUB_LOCK_MISMATCH' });
  mkdirSync(place.at('specs', '.git'));
  await place.resolve(uri, { baseDir: place.at('specs', 'deep') });
});

it.each([
  'bases: [',
  'version: 2\nbases: {}',
  'version: 1\nbases: { a: { resolved: a } }',
  'version: 1\nbases: { a: { resolved: a, integrity: md5-x } }',
  '',
])('refuses a damaged lock file: %j', async (text) => {
  writeFileSync(join(place.folder, 'regraft.lock'), text);
  await expect(place.resolve('a.onnx')).rejects.toMatchObject({ code: 'HUB_LOCK_INVALID', message: expect.stringContaining('regraft.lock') });
});
