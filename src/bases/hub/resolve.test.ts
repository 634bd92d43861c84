import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { cacheDirectory, resolveUri } from './index.node.js';

describe('resolveUri', () => {
  const folder = mkdtempSync(join(tmpdir(), 'regraft-hub-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('opens a file with its hash, and a folder', async () => {
    writeFileSync(join(folder, 'a.txt'), 'abc');
    const file = await resolveUri('a.txt', { baseDir: folder });
    expect(file).toMatchObject({ kind: 'path', entry: 'a.txt', source: { integrity: 'sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=' } });
    const { root } = await resolveUri(folder);
    expect(await root.list()).toEqual(['a.txt']);
    await expect(root.read('b.txt')).rejects.toMatchObject({ code: 'HUB_FILE_MISSING' });
    await expect(root.read('../a.txt')).rejects.toMatchObject({ code: 'HUB_FILE_MISSING' });
  });

  it('says what is missing or not built yet', async () => {
    await expect(resolveUri('nowhere.onnx')).rejects.toMatchObject({ code: 'HUB_PATH_MISSING' });
    const unsupported = expect.objectContaining({ code: 'HUB_SCHEME_UNSUPPORTED', message: expect.stringContaining('"registry:" addresses') });
    await expect(resolveUri('registry:team/model')).rejects.toEqual(unsupported);
  });

  it('chooses the cache folder', () => {
    expect(cacheDirectory({ REGRAFT_CACHE: '/kept' })).toBe('/kept');
    expect(cacheDirectory({ XDG_CACHE_HOME: '/xdg' }, 'linux')).toBe(join('/xdg', 'regraft'));
    expect(cacheDirectory({ LOCALAPPDATA: 'L' }, 'win32')).toBe(join('L', 'regraft', 'Cache'));
    expect(cacheDirectory({}, 'darwin')).toContain(join('Library', 'Caches', 'regraft'));
  });
});
