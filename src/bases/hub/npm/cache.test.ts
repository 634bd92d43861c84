import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeNpm, things } from '../../../../test/hub/fake-npm.js';

// The stand-in for npm is a script with a shebang line.
describe.skipIf(process.platform === 'win32')('the cache of npm: addresses', () => {
  let npm: FakeNpm;

  beforeEach(() => {
    npm = new FakeNpm();
  });
  afterEach(() => npm.remove());

  it('works offline from the cache alone', async () => {
    npm.serve(things);
    await expect(npm.resolve('npm:things@1.2.3', { offline: true })).rejects.toMatchObject({ code: 'HUB_OFFLINE' });
    await npm.resolve('npm:things@1.2.3');
    expect((await npm.resolve('npm:things@1.2.3/models', { offline: true })).source.version).toBe('1.2.3');
    await expect(npm.resolve('npm:things@1.2.3/nowhere', { offline: true })).rejects.toMatchObject({ code: 'HUB_PATH_NOT_IN_PACKAGE' });
  });

  it('notices a damaged entry and mends it', async () => {
    npm.serve(things);
    const file = join((await npm.resolve('npm:things@1.2.3/models')).root.path ?? '', 'a.bin');
    writeFileSync(file, 'bitten');
    expect(await npm.read('npm:things@1.2.3/models', 'a.bin')).toBe('alpha');
    expect(npm.calls).toHaveLength(2);
    // Same size and time: only the full check sees it.
    const { atimeMs, mtimeMs } = await import('node:fs').then(({ statSync }) => statSync(file));
    writeFileSync(file, 'alphA');
    utimesSync(file, atimeMs / 1000, mtimeMs / 1000);
    await npm.resolve('npm:things@1.2.3/models', { verify: true });
    expect(readFileSync(file, 'utf8')).toBe('alpha');
    writeFileSync(file, 'bitten');
    await expect(npm.resolve('npm:things@1.2.3/models', { offline: true })).rejects.toMatchObject({ code: 'HUB_OFFLINE' });
  });

  it('clears away what a killed process left long ago', async () => {
    npm.serve(things);
    const abandoned = join(npm.cache, 'npm', 'things', '1.0.0.x.tmp');
    mkdirSync(abandoned, { recursive: true });
    utimesSync(abandoned, 1, 1);
    await npm.resolve('npm:things@1.2.3');
    expect(npm.leftovers()).toEqual([]);
  });

  it('takes a copied cache whose times changed', async () => {
    npm.serve(things);
    const file = join((await npm.resolve('npm:things@1.2.3/models')).root.path ?? '', 'a.bin');
    utimesSync(file, 1, 1);
    await npm.resolve('npm:things@1.2.3/models', { offline: true });
    expect(npm.calls).toHaveLength(1);
  });

  it('lets two processes fetch at once', async () => {
    npm.serve(things);
    const door = new URL('../index.node.ts', import.meta.url).href;
    const script = `import { resolveUri } from ${JSON.stringify(door)};
      const { root } = await resolveUri('npm:things@1.2.3/models', ${JSON.stringify({ cacheDir: npm.cache, baseDir: npm.project })});
      console.log(JSON.stringify({ path: root.path, files: await root.list() }));`;
    const run = (): Promise<{ stdout: string }> =>
      promisify(execFile)(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', script]);
    const results = (await Promise.all([run(), run()])).map(({ stdout }) => JSON.parse(stdout) as { path: string; files: string[] });
    expect(results[0]).toEqual(results[1]);
    expect(results[0]?.files).toEqual(['a.bin', 'deep/b.bin']);
    expect(npm.leftovers()).toEqual([]);
  });

  it('says when npm itself is missing', async () => {
    npm.serve(things);
    const path = process.env.PATH;
    process.env.PATH = '/nowhere';
    try {
      await expect(npm.resolve('npm:things@1.2.3')).rejects.toMatchObject({ code: 'HUB_NPM_MISSING' });
    } finally {
      process.env.PATH = path;
    }
  });
});
