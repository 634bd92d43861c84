import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { type SyncBytes, syncMemory } from './sync-bytes.js';
import { unzip } from './unzip.js';

const large = Uint8Array.from({ length: 100_000 }, (_, i) => (i * 31) % 251);
const small = Uint8Array.of(1, 2, 3);
const all = (): boolean => true;

/** A source that counts the bytes that are read from it. */
function counting(bytes: Uint8Array): { readonly source: SyncBytes; readonly read: () => number } {
  let read = 0;
  const counted = (inner: SyncBytes): SyncBytes => ({
    ...inner,
    part: (start, end) => counted(inner.part(start, end)),
    whole: () => {
      read += inner.size;
      return inner.whole();
    },
  });
  return { source: counted(syncMemory(bytes)), read: () => read };
}

describe('unpacking a zip archive', () => {
  it.each([0, 6] as const)('gives what was packed at level %i', (level) => {
    const { files, names } = unzip(syncMemory(zipSync({ a: small, b: large, c: small, d: large }, { level })), (name) => name !== 'c');
    expect(names).toEqual(['a', 'b', 'c', 'd']);
    expect([...files].map(([name, file]) => [name, file.whole()])).toEqual([
      ['a', small],
      ['b', large],
      ['d', large],
    ]);
  });

  it('leaves in the archive what is stored in it', () => {
    const { source, read } = counting(zipSync({ b: large, a: small }, { level: 0 }));
    const { files } = unzip(source, all);
    expect(read()).toBeLessThan(large.byteLength / 2);
    expect(files.get('b')?.whole()).toEqual(large);
  });

  it('refuses an archive that ends within a file, packed or not', () => {
    for (const level of [0, 6] as const) {
      const archive = zipSync({ b: large }, { level });
      expect(() => unzip(syncMemory(archive.subarray(0, archive.length / 2)), all)).toThrow(/./);
    }
  });

  it('refuses files that unpack to more than is allowed', () => {
    expect(() => unzip(syncMemory(zipSync({ b: large })), all, 50_000)).toThrow('its files unpack to more than 50000 bytes');
  });
});
