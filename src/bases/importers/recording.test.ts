import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { diskFolder } from '../hub/disk.node.js';
import { type HubFolder, memoryFolder } from '../hub/index.js';
import { recordReads } from './recording.js';

const content = Buffer.from('some weights');
const record = { path: 'a.bin', bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') };
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regraft-'));
  await writeFile(join(folder, 'a.bin'), content);
  await writeFile(join(folder, 'b.bin'), content);
});
afterAll(() => rm(folder, { recursive: true }));

it.each([
  ['on disk', (): HubFolder => ({ kind: 'path', root: diskFolder(folder, 'x'), source: { uri: 'x' } })],
  ['in memory', (): HubFolder => memoryFolder({ 'a.bin': content, 'b.bin': content })],
])('a file %s that was opened is recorded once, with the hash of all of it', async (_, make) => {
  const { folder: recorded, files } = recordReads(make());
  const source = await recorded.root.open('a.bin');
  expect(source.size).toBe(content.length);
  expect(Buffer.from(await source.read(5, 7)).toString()).toBe('weights');
  expect(await files()).toEqual([record]);
  await recorded.root.read('a.bin');
  expect(await files()).toEqual([record]);
});

it('nothing is read beyond the end of a file, and nothing outside of the folder', async () => {
  const root = diskFolder(folder, 'x');
  const source = await root.open('a.bin');
  await expect(source.read(8, 2 ** 40)).rejects.toMatchObject({ code: 'DATA_UNREADABLE' });
  await expect(root.open('../a.bin')).rejects.toMatchObject({ code: 'HUB_FILE_MISSING' });
  await expect(root.open('c.bin')).rejects.toMatchObject({ code: 'HUB_FILE_MISSING' });
});
