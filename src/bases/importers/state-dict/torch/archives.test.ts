import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { pickleOf, readBytes, tensorPickle, text, torchLegacy, torchZip } from '../../../../../test/support/torch-file.js';
import { toNumbers } from '../../../../core/index.js';

const one = pickleOf('\x80\x02}', text('w'), tensorPickle({ size: 4, dims: [4], strides: [1] }), 's.');

describe('archives of torch.save', () => {
  it('are read whatever the folder in them is called', async () => {
    const storage = new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer);
    for (const folder of ['resnet18/', '']) {
      const { weights } = await readBytes(zipSync({ [`${folder}data.pkl`]: one, [`${folder}data/0`]: storage }, { level: 0 }));
      expect(toNumbers((await weights.get('w')?.read()) as never)).toEqual([1, 2, 3, 4]);
    }
  });

  it.each([
    ['of a TorchScript model', 'IMPORT_NOT_STATE_DICT', 'a TorchScript model', torchZip(one, { 'constants.pkl': one })],
    ['of a program', 'IMPORT_NOT_STATE_DICT', 'torch.export', torchZip(one, { archive_format: one })],
    ['with big-endian numbers', 'IMPORT_FILE_INVALID', 'big-endian', torchZip(one, { byteorder: pickleOf('big') })],
    ['with an empty pickle', 'IMPORT_FILE_INVALID', 'its pickle is cut off', torchZip(pickleOf(''))],
    ['without a pickle', 'IMPORT_FILE_INVALID', 'no data.pkl', zipSync({ 'a.txt': one })],
    ['that was packed by another', 'IMPORT_FILE_INVALID', 'compressed', zipSync({ 'a/data.pkl': one, 'a/data/0': new Uint8Array(16) })],
    ['with a storage too short', 'IMPORT_FILE_INVALID', 'lies beyond the 12 bytes', torchZip(one, { 'data/0': new Uint8Array(12) })],
    ['without the storage', 'IMPORT_FILE_INVALID', 'the storage of "w" is missing', zipSync({ 'a/data.pkl': one }, { level: 0 })],
    ['that is cut off', 'DATA_FORMAT_BROKEN', 'cut off', torchZip(one).subarray(0, 200)],
  ])('%s are refused', async (_, code, reason, bytes) => {
    await expect(readBytes(bytes)).rejects.toMatchObject({ code, message: expect.stringContaining(reason) });
  });
});

describe('files of torch.save before 1.6', () => {
  const storage = (count: number, bytes: number): Uint8Array => {
    const result = Buffer.alloc(8 + bytes);
    result.writeBigInt64LE(BigInt(count));
    return result;
  };

  it('are read where their pickle is longer than what is read at first', async () => {
    const padding = `${text('x'.repeat(200_000))}0`;
    const { weights } = await readBytes(torchLegacy(pickleOf('\x80\x02', padding, [...one.subarray(2)]), storage(4, 16)));
    expect(weights.get('w')?.dims).toEqual([4]);
  });

  it('name the class of an object that was saved with its source', async () => {
    const source = `(${text('module')}cmodels.net\nNet\n${text('net.py')}${text('class Net')}tQ`;
    await expect(readBytes(torchLegacy(pickleOf('\x80\x02', source, ')\x81}b.')))).rejects.toMatchObject({
      message: expect.stringContaining('the class models.net.Net'),
    });
  });

  it.each([
    ['a storage that is cut off', 'a storage is cut off', storage(4, 15)],
    ['a storage of a negative size', 'a storage is cut off', storage(-1, 16)],
    ['a storage of an absurd size', 'a storage is cut off', storage(2 ** 60, 16)],
    ['no storages', 'list of storages', new Uint8Array(0)],
  ])('are refused with %s', async (_, reason, storages) => {
    const message = expect.stringContaining(reason);
    await expect(readBytes(torchLegacy(one, storages))).rejects.toMatchObject({ code: 'IMPORT_FILE_INVALID', message });
  });
});
