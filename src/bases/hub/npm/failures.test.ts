import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeNpm, things } from '../../../../test/hub/fake-npm.js';
import { makeTarball } from '../../../../test/hub/tarball.js';
import { Events } from '../../../core/index.js';
import type { HubEvents } from '../index.node.js';

// The stand-in for npm is a script with a shebang line.
describe.skipIf(process.platform === 'win32')('npm: addresses that go wrong', () => {
  let npm: FakeNpm;

  beforeEach(() => {
    npm = new FakeNpm();
  });
  afterEach(() => npm.remove());

  it('refuses a wrong hash after trying again, and keeps nothing', async () => {
    npm.serve(things, { integrity: `sha512-${Buffer.alloc(64).toString('base64')}` });
    await expect(npm.resolve('npm:things@1.2.3')).rejects.toMatchObject({ code: 'HUB_NETWORK', message: expect.stringContaining('was announced') });
    expect(npm.calls).toHaveLength(3);
    npm.serve(things, { exitCode: 1, stderr: 'npm error code E404' });
    await expect(npm.resolve('npm:things@1.2.3')).rejects.toMatchObject({ code: 'HUB_PACKAGE_MISSING' });
  });

  it('survives a network that fails twice', async () => {
    npm.serve(things, { failures: 2 });
    const events = new Events<HubEvents>();
    const reasons: string[] = [];
    events.on('retry', ({ reason }) => reasons.push(reason));
    await npm.resolve('npm:things@1.2.3', { events });
    expect(reasons).toHaveLength(2);
    expect(reasons[0]).toContain('ECONNRESET');
  });

  it('names what npm says otherwise', async () => {
    npm.serve(things, { exitCode: 1, stderr: 'npm warn x\nnpm error code E401\nnpm error Incorrect or missing password.' });
    await expect(npm.resolve('npm:things@1.2.3')).rejects.toMatchObject({ code: 'HUB_NPM_FAILED', message: expect.stringContaining('E401') });
  });

  it('refuses truncated, traversing and oversized archives, and leaves nothing behind', async () => {
    npm.serve([], { tarball: makeTarball(things).subarray(0, 150) });
    await expect(npm.resolve('npm:things@1.2.3')).rejects.toMatchObject({ code: 'HUB_ARCHIVE_BROKEN' });
    for (const path of ['package/../../../escaped.txt', '/escaped.txt', 'package/..\\..\\escaped.txt']) {
      npm.serve([...things, { path, content: 'out' }]);
      await expect(npm.resolve('npm:things@1.2.3')).rejects.toMatchObject({ code: 'HUB_ARCHIVE_UNSAFE', values: { entry: path } });
    }
    npm.serve(things);
    await expect(npm.resolve('npm:things@1.2.3', { limits: { files: 2, bytes: 1e6 } })).rejects.toMatchObject({ code: 'HUB_ARCHIVE_UNSAFE' });
    await expect(npm.resolve('npm:things@1.2.3', { limits: { files: 9, bytes: 20 } })).rejects.toMatchObject({ code: 'HUB_ARCHIVE_UNSAFE' });
    expect(readdirSync(npm.folder, { recursive: true }).filter((name) => String(name).includes('escaped'))).toEqual([]);
    expect(readdirSync(tmpdir()).includes('escaped.txt')).toBe(false);
    expect(npm.leftovers()).toEqual([]);
  });

  it('leaves links out', async () => {
    npm.serve([...things, { path: 'package/models/link', type: '2', link: '/etc/passwd' }]);
    expect(await (await npm.resolve('npm:things@1.2.3/models')).root.list()).toEqual(['a.bin', 'deep/b.bin']);
  });
});
