import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { diskFolder } from './disk.node.js';
import { memoryFolder, openSyncFile } from './folder.js';

const path = mkdtempSync(join(tmpdir(), 'regraft-disk-'));
afterAll(() => rmSync(path, { recursive: true }));
const bytes = Uint8Array.from({ length: 100 }, (_, i) => i);
const root = diskFolder(path, 'file:x');

describe('a file that is read in parts', () => {
  it('is the same on disk and in memory', async () => {
    writeFileSync(join(path, 'a'), bytes);
    const into = new Uint8Array(30);
    for (const folder of [root, memoryFolder({ a: bytes }).root]) {
      const file = await openSyncFile(folder, 'a');
      expect(file.size).toBe(100);
      expect(file.whole()).toEqual(bytes);
      expect(file.part(10, 20).part(5, 50).whole()).toEqual(bytes.subarray(15, 20));
      expect(file.part(200, 300).size).toBe(0);
      expect([file.read(into, 90), into.subarray(0, 10)]).toEqual([10, bytes.subarray(90)]);
      expect([file.part(50, 60).read(into, 8), into.subarray(0, 2)]).toEqual([2, bytes.subarray(58, 60)]);
      expect(file.read(into, 200)).toBe(0);
      await file.close();
    }
  });

  it('that became shorter is not taken for whole', async () => {
    writeFileSync(join(path, 'b'), bytes);
    const file = await openSyncFile(root, 'b');
    truncateSync(join(path, 'b'), 50);
    expect(file.read(new Uint8Array(100), 0)).toBe(50);
    expect(() => file.whole()).toThrow('became shorter');
    await file.close();
  });

  it('is refused where there is none', async () => {
    for (const name of ['none', '../x']) await expect(openSyncFile(root, name)).rejects.toMatchObject({ code: 'HUB_FILE_MISSING' });
  });
});
