import { describe, expect, it } from 'vitest';
import { indexBytes, tableBytes } from '../../../../../../test/support/tensor-bundle.js';
import { tfFiles } from '../../../../../../test/support/tensorflow.js';
import { float32, type Tensor } from '../../../../../core/index.js';
import { memoryFolder } from '../../../../hub/index.js';
import { maskedCrc } from './crc32c.js';
import { TensorBundle } from './index.js';
import { cutSlice, joinSlices, sliceKey } from './slices.js';
import { readTable } from './table.js';

const data = new Uint8Array(Float32Array.from({ length: 6 }, (_, i) => i).buffer);
const shape = (...dims: number[]): { dim: { size: bigint }[] } => ({ dim: dims.map((size) => ({ size: BigInt(size) })) });
const entry = { dtype: 1, shape: shape(2, 3), size: 24n, crc32c: maskedCrc(data) };

function open(index: Uint8Array, bytes = data): Promise<TensorBundle> {
  return TensorBundle.open(memoryFolder({ 'x.index': index, 'x.data-00000-of-00001': bytes }), 'x');
}

async function readW(index: Uint8Array, bytes = data): Promise<Tensor> {
  return (await open(index, bytes)).read('w');
}

it('CRC-32C of the digits', () => {
  // 0xe3069283 before it is masked. Source: RFC 3720, B.4, and the check value of CRC-32C.
  const crc = 0xe3069283;
  expect(maskedCrc(new TextEncoder().encode('123456789'))).toBe((((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0);
});

describe('a table', () => {
  const entries = [
    ['', Uint8Array.of(1)],
    ['layer/bias', Uint8Array.of(2, 3)],
    ['layer/weight', new Uint8Array(300)],
    ['layer\xff', Uint8Array.of()],
  ] as const;

  it.each([false, true])('gives its entries (Snappy: %s)', (snappy) => {
    expect([...readTable(tableBytes(entries, snappy))].map(([key, value]) => [key, value.length])).toEqual(
      entries.map(([key, value]) => [key, value.length]),
    );
  });

  it('is refused where it is not in order', () => {
    expect(() => readTable(tableBytes([...entries].reverse()))).toThrow('not in order');
  });

  it('is refused wherever it is cut off or a bit is wrong', () => {
    const bytes = tableBytes(entries, true);
    const read = (part: Uint8Array): number => readTable(part).size;
    for (let length = 0; length < bytes.length; length++) expect(() => read(bytes.subarray(0, length)), `${length} bytes`).toThrow();
    // The handle of the empty block in front of the footer is not read, nor is the padding behind the handles.
    const used = [...bytes.keys()].filter((at) => at < bytes.length - 48 - 13 || at >= bytes.length - 8);
    for (const at of used) {
      const damaged = Uint8Array.from(bytes);
      damaged[at] = (damaged[at] as number) ^ 16;
      expect(() => read(damaged), `byte ${at}`).toThrow();
    }
  });
});

describe('a bundle', () => {
  it('gives tensors, from a checksum that fits', async () => {
    expect(await readW(indexBytes({ w: entry }))).toEqual(float32([2, 3], [0, 1, 2, 3, 4, 5]));
    const wrong = Uint8Array.from(data);
    wrong[5] = 1;
    const error = { code: 'IMPORT_FILE_INVALID', message: expect.stringContaining('checksum of "w"') };
    await expect(readW(indexBytes({ w: entry }), wrong)).rejects.toMatchObject(error);
  });

  it.each([
    ['a shape beyond all bounds', { ...entry, shape: shape(2 ** 40, 2 ** 40) }, 'shape'],
    ['a negative size', { ...entry, shape: shape(-2, 3) }, 'shape'],
    ['fewer bytes than its shape', { ...entry, size: 20n }, 'takes 24 bytes'],
    ['a place past the end', { ...entry, offset: 4n }, 'ends at byte 28 of a file of 24'],
    ['a place before the start', { ...entry, offset: -4n }, 'ends at byte'],
    ['a file that is not there', { ...entry, shardId: 1 }, 'file 1 of 1'],
  ])('refuses %s', async (_, wrong, reason) => {
    await expect(readW(indexBytes({ w: wrong }))).rejects.toMatchObject({ code: 'IMPORT_FILE_INVALID', message: expect.stringContaining(reason) });
  });

  it('refuses text, other byte orders, and what it does not hold', async () => {
    await expect(readW(indexBytes({ w: { ...entry, dtype: 7 } }))).rejects.toMatchObject({ code: 'IMPORT_FORMAT_UNSUPPORTED' });
    await expect(readW(indexBytes({ w: entry }, 1))).rejects.toMatchObject({ code: 'IMPORT_FORMAT_UNSUPPORTED' });
    await expect(readW(indexBytes({ v: entry }))).rejects.toMatchObject({ message: expect.stringContaining('holds no "w"') });
    await expect(readW(tableBytes([]))).rejects.toMatchObject({ message: expect.stringContaining('no header') });
  });

  it('joins the parts of a variable, as TensorFlow cut it', async () => {
    const files = tfFiles('v1-partitioned');
    const bundle = await TensorBundle.open(memoryFolder(files), 'variables/variables');
    const whole = await bundle.read('table');
    expect(whole.dims).toEqual([10, 6]);
    const rows = cutSlice(whole, [
      { start: 4, length: 3 },
      { start: 0, length: -1 },
    ]);
    expect(rows.data).toEqual(whole.data.slice(24, 42));
  });

  it('refuses parts that leave something out or do not lie in the whole', async () => {
    const slice = (start: number, length: number): { extent: { start: bigint; length?: bigint }[] } => ({
      extent: [{ start: BigInt(start), length: BigInt(length) }, { start: 0n }],
    });
    const key = sliceKey('w', [
      { start: 0, length: 2 },
      { start: 0, length: -1 },
    ]);
    const part = { ...entry };
    const joined = (dims: number[], start: number): Promise<Tensor> =>
      readW(indexBytes({ w: { dtype: 1, shape: shape(...dims), slices: [slice(start, 2)] }, [key]: part }));
    expect((await joined([2, 3], 0)).data).toHaveLength(6);
    await expect(joined([2 ** 30, 3], 0)).rejects.toMatchObject({ message: expect.stringContaining('its parts hold 6 elements') });
    await expect(joined([1, 3], 0)).rejects.toMatchObject({ code: 'IMPORT_FILE_INVALID' });
    await expect(joined([2, 4], 0)).rejects.toMatchObject({ message: expect.stringContaining('another shape') });
  });
});

describe('parts of tensors', () => {
  const whole = float32(
    [2, 3, 4],
    Array.from({ length: 24 }, (_, i) => i),
  );

  it('are cut along several axes and put together again', () => {
    const cuts = [0, 1].flatMap((row) => [
      [
        { start: row, length: 1 },
        { start: 0, length: 2 },
        { start: 0, length: -1 },
      ],
      [
        { start: row, length: 1 },
        { start: 2, length: 1 },
        { start: 0, length: 3 },
      ],
      [
        { start: row, length: 1 },
        { start: 2, length: 1 },
        { start: 3, length: 1 },
      ],
    ]);
    const parts = cuts.map((slice) => ({ slice, tensor: cutSlice(whole, slice) }));
    expect([...(parts[1]?.tensor.data ?? [])]).toEqual([8, 9, 10]);
    expect([...(parts[3]?.tensor.data ?? [])]).toEqual([12, 13, 14, 15, 16, 17, 18, 19]);
    expect(joinSlices('float32', [2, 3, 4], parts)).toEqual(whole);
  });

  it('have keys in the code of TensorFlow, whose numbers sort as they do', () => {
    // By hand from ordered_code.cc: 63 and -1 take one byte, 64 two, 8192 three.
    expect(sliceKey('a', [{ start: 63, length: -1 }])).toBe('\x00a\x00\x01\x01\x01\xbf\x7f');
    expect(sliceKey('a\xff', [{ start: 64, length: 8192 }])).toBe('\x00a\xc3\xbf\x00\x01\x01\x01\xc0\x40\xe0\x20\x00');
    const keys = [0, 1, 63, 64, 100, 8191, 8192, 2 ** 20, 2 ** 40].map((start) => sliceKey('', [{ start, length: 0 }]));
    expect([...keys].sort()).toEqual(keys);
  });
});
