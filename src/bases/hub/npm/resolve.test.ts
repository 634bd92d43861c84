import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeNpm, things } from '../../../../test/hub/fake-npm.js';
import { Events } from '../../../core/index.js';
import type { HubEvents } from '../index.node.js';

// The stand-in for npm is a script with a shebang line.
describe.skipIf(process.platform === 'win32')('npm: addresses', () => {
  let npm: FakeNpm;

  beforeEach(() => {
    npm = new FakeNpm();
  });
  afterEach(() => npm.remove());

  it('fetches once, verifies, and answers from the cache afterwards', async () => {
    npm.serve(things);
    const events = new Events<HubEvents>();
    const seen: string[] = [];
    events.on('ready', ({ from }) => seen.push(from));
    const folder = await npm.resolve('npm:things@1.2.3/models', { events });
    expect(await folder.root.list()).toEqual(['a.bin', 'deep/b.bin']);
    expect(folder.source).toEqual({ uri: 'npm:things@1.2.3/models', version: '1.2.3', licence: 'MIT', integrity: expect.stringMatching(/^sha512-/) });
    expect(await npm.read('npm:things@1.2.3/models', 'deep/b.bin')).toBe('beta');
    expect((await npm.resolve('npm:things@1.2.3/models/a.bin', { events })).entry).toBe('a.bin');
    expect(seen).toEqual(['network', 'cache']);
    expect(npm.calls).toHaveLength(1);
    expect(npm.calls[0]).toMatchObject({ cwd: npm.project, args: expect.arrayContaining(['things@1.2.3', '--ignore-scripts']) });
    expect(npm.leftovers()).toEqual([]);
  });

  it('takes scoped packages, answers after other output, and the newest kept version when none is given', async () => {
    npm.serve(things, { stdoutBefore: 'a notice\n' });
    await npm.resolve('npm:@team/things@1.2.3/models');
    npm.serve(things, { version: '1.10.0' });
    await npm.resolve('npm:@team/things@latest/models');
    npm.serve(things, { exitCode: 1 });
    expect((await npm.resolve('npm:@team/things/models')).source.version).toBe('1.10.0');
  });

  it('prefers an installed package of the right version', async () => {
    const folder = join(npm.project, 'node_modules', 'things');
    mkdirSync(join(folder, 'models'), { recursive: true });
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ version: '1.2.3', license: { type: 'ISC' } }));
    writeFileSync(join(folder, 'models', 'a.bin'), 'installed');
    const lock = { packages: { 'node_modules/things': { integrity: 'sha512-locked' } } };
    writeFileSync(join(npm.project, 'node_modules', '.package-lock.json'), JSON.stringify(lock));
    npm.serve(things, { version: '1.2.4' });
    const found = await npm.resolve('npm:things/models', { baseDir: join(npm.project, 'below', 'here') });
    expect(found.source).toMatchObject({ version: '1.2.3', licence: 'ISC', integrity: 'sha512-locked' });
    expect((await npm.resolve('npm:things@1.2.4/models')).source.version).toBe('1.2.4');
    expect(npm.calls).toHaveLength(1);
  });
});
