import { describe, expect, it } from 'vitest';
import { pickleOf, readBytes, tensorPickle, text, torchZip } from '../../../../test/support/torch-file.js';
import { type ByteSource, float32, writeSafetensors } from '../../../core/index.js';
import { memoryFolder } from '../../hub/index.js';
import { readStateDict, readWeights } from './index.js';

const shard = (...names: readonly string[]): Uint8Array => writeSafetensors(names.map((name, i) => [name, float32([1], [i])]));
const json = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const INDEX = 'weights/model.safetensors.index.json';
const sharded = (map: unknown) =>
  memoryFolder({ [INDEX]: json({ metadata: {}, weight_map: map }), 'weights/1.safetensors': shard('a', 'b'), 'weights/2.safetensors': shard('c') });

describe('shards', () => {
  it('are read from beside their index, in its order', async () => {
    const weights = await readStateDict(sharded({ c: '2.safetensors', b: '1.safetensors', a: '1.safetensors' }), INDEX);
    expect([...weights.keys()]).toEqual(['c', 'b', 'a']);
    expect(await weights.get('b')?.read()).toEqual(float32([1], [1]));
  });

  it.each([
    ['a name that its file does not have', 'IMPORT_FILE_INVALID', 'it says that "2.safetensors" holds "a"', { a: '2.safetensors' }],
    ['a place elsewhere', 'IMPORT_FILE_INVALID', 'not the name of a file', { a: '../1.safetensors' }],
    ['a place that is no text', 'IMPORT_FILE_INVALID', 'not the name of a file', { a: 1 }],
    ['a file that is missing', 'HUB_FILE_MISSING', 'weights/3.safetensors', { a: '3.safetensors' }],
    ['no map', 'IMPORT_FILE_INVALID', 'weight_map', undefined],
  ])('are refused with %s', async (_, code, reason, map) => {
    await expect(readWeights(sharded(map), INDEX)).rejects.toMatchObject({ code, message: expect.stringContaining(reason) });
  });
});

describe('a large tensor', () => {
  const pickle = pickleOf('\x80\x02}', text('w'), tensorPickle({ size: 2 ** 16, dims: [2 ** 16], strides: [1] }), 's.');
  it.each([
    ['safetensors', writeSafetensors([['w', float32([2 ** 16], new Float32Array(2 ** 16))]])],
    ['torch', torchZip(pickle, { 'data/0': new Uint8Array(2 ** 18) })],
  ])('of %s is read when it is asked for, once and alone', async (_, bytes) => {
    const lengths: number[] = [];
    const { root, ...folder } = memoryFolder({ file: bytes });
    const open = async (path: string): Promise<ByteSource> => {
      const source = await root.open(path);
      const read: ByteSource['read'] = (offset, length) => {
        lengths.push(length);
        return source.read(offset, length);
      };
      return { ...source, read };
    };
    const weights = await readStateDict({ ...folder, root: { ...root, open } }, 'file');
    // The end of a zip archive is looked for in its last 64 kB.
    expect(Math.max(...lengths)).toBeLessThan(2 ** 17);
    await weights.get('w')?.read();
    expect(lengths.filter((length) => length >= 2 ** 17)).toEqual([2 ** 18]);
  });
});

describe('names', () => {
  it('lose what wrappers put before all of them, one inside of the other', async () => {
    const { weights, notes } = await readBytes(shard('_orig_mod.module.a', '_orig_mod.module.b'));
    expect([...weights.keys()]).toEqual(['a', 'b']);
    expect(notes).toHaveLength(2);
  });

  it('keep what only some of them begin with', async () => {
    const { weights, notes } = await readBytes(shard('module.a', 'b'));
    expect([...weights.keys()].sort()).toEqual(['b', 'module.a']);
    expect(notes).toEqual([]);
  });
});

describe('what is no weights file', () => {
  const tar = new Uint8Array(512);
  tar.set(new TextEncoder().encode('ustar'), 257);
  it.each([
    ['IMPORT_FILE_INVALID', 'the pointer of Git LFS', new TextEncoder().encode('version https://git-lfs.github.com/spec/v1\n')],
    ['IMPORT_NOT_STATE_DICT', 'an archive of PyTorch 0.1.1', tar],
    ['IMPORT_NOT_STATE_DICT', 'a pickle that torch.save did not write', Uint8Array.of(0x80, 2, 0x4e, 0x2e)],
    ['IMPORT_FILE_INVALID', 'neither safetensors nor', Uint8Array.of(1, 2, 3)],
    ['IMPORT_FILE_INVALID', 'neither safetensors nor', new Uint8Array(0)],
  ])('%s: %s', async (code, reason, bytes) => {
    await expect(readBytes(bytes)).rejects.toMatchObject({ code, message: expect.stringContaining(reason) });
  });
});
