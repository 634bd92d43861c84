import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeFileAtomically } from './atomic-file.node.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regraft-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('the parts become one file', async () => {
  await writeFileAtomically(join(folder, 'a'), [Buffer.from('one '), new Uint8Array(0), Buffer.from('two')]);
  expect(await readFile(join(folder, 'a'), 'utf8')).toBe('one two');
});

test('a disk that fills up half-way leaves the previous file and nothing else', async () => {
  await writeFile(join(folder, 'a'), 'previous');
  function* chunks(): Generator<Uint8Array> {
    yield Buffer.from('half');
    throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  }
  await expect(writeFileAtomically(join(folder, 'a'), chunks())).rejects.toThrow('the disk is full');
  expect(await readFile(join(folder, 'a'), 'utf8')).toBe('previous');
  expect(await readdir(folder)).toEqual(['a']);
});
