import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { syncMemory } from '../../../core/index.js';
import { memoryFolder } from '../../hub/index.js';
import { importFolder } from '../index.js';
import { isHeapSound } from './global-heap.js';

const file = new Uint8Array(gunzipSync(readFileSync(new URL('../../../../test/keras/mlp.h5.gz', import.meta.url))));
const heap = Buffer.from(file).indexOf('GCOL');

function withBytes(at: number, ...bytes: readonly number[]): Uint8Array {
  const copy = file.slice();
  copy.set(bytes, at);
  return copy;
}

describe('the global heap of an HDF5 file', () => {
  it('is sound where HDF5 wrote it', () => {
    expect(heap).toBeGreaterThan(0);
    expect(isHeapSound(syncMemory(file))).toBe(true);
  });

  it('is refused where an object leads nowhere or out of it', async () => {
    // The first object becomes free space of no length, from which the library would never come away.
    const endless = withBytes(heap + 16, ...new Uint8Array(16));
    const beyond = withBytes(heap + 16 + 8, 0xff, 0xff, 0xff, 0xff);
    const longer = withBytes(heap + 8, 0xff, 0xff, 0xff, 0x7f);
    for (const bytes of [endless, beyond, longer]) {
      expect(isHeapSound(syncMemory(bytes))).toBe(false);
      await expect(importFolder(memoryFolder({ 'a.h5': bytes }))).rejects.toMatchObject({ code: 'IMPORT_FILE_INVALID' });
    }
  });
});
