import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { doctor } from './doctor.node.js';

afterEach(() => vi.unstubAllEnvs());

it('finds everything on a machine that runs the tests', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'regraft-doctor-'));
  vi.stubEnv('REGRAFT_CACHE', join(folder, 'cache'));
  const { ok, checks } = await doctor();
  expect(checks.filter((check) => !check.ok)).toEqual([]);
  expect(ok).toBe(true);
  rmSync(folder, { recursive: true });
});

it('names what is wrong and the cure', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'regraft-doctor-'));
  writeFileSync(join(folder, 'file'), '');
  vi.stubEnv('REGRAFT_CACHE', join(folder, 'file', 'cache'));
  const { ok, checks } = await doctor();
  expect(ok).toBe(false);
  expect(checks.find(({ name }) => name === 'cache')).toMatchObject({ ok: false, cure: expect.stringContaining('REGRAFT_CACHE') as string });
  rmSync(folder, { recursive: true });
});
