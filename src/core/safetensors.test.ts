import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { memoryBytes } from './bytes.js';
import { openSafetensors, readSafetensors, writeSafetensors } from './safetensors.js';
import { readRow } from './stored-array.js';
import { allocate, bytesOf, type DataType, float32, int64, sizeOf, type Tensor, tensor } from './tensor.js';

const types: DataType[] = [
  'float64',
  'float32',
  'float16',
  'bfloat16',
  'int64',
  'int32',
  'int16',
  'int8',
  'uint64',
  'uint32',
  'uint16',
  'uint8',
  'bool',
];

/** A file with this header text and this many data bytes. */
function fileWith(header: string, dataBytes = 0): Uint8Array<ArrayBuffer> {
  const json = new TextEncoder().encode(header);
  const file = new Uint8Array(8 + json.byteLength + dataBytes);
  new DataView(file.buffer).setBigUint64(0, BigInt(json.byteLength), true);
  file.set(json, 8);
  return file;
}

const anyTensor = fc
  .record({ type: fc.constantFrom(...types), dims: fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 }) })
  .chain(({ type, dims }) =>
    fc.uint8Array({ minLength: 0, maxLength: 64 }).map((seed): Tensor => {
      const data = allocate(type, sizeOf(dims));
      const bytes = new Uint8Array(data.buffer);
      for (let i = 0; i < bytes.length; i++) bytes[i] = type === 'bool' ? i % 2 : (seed[i % Math.max(1, seed.length)] ?? i);
      return tensor(type, dims, data);
    }),
  );

describe('safetensors', () => {
  test('what is written is read again, byte for byte', () => {
    const names = fc
      .oneof(fc.string({ minLength: 1 }), fc.constantFrom('__proto__', 'constructor', '0', 'layer.1/weight'))
      .filter((n) => n !== '__metadata__');
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(names, anyTensor), { selector: ([name]) => name, maxLength: 6 }), (entries) => {
        const { tensors, metadata } = readSafetensors(writeSafetensors(entries, [['format', 'pt']]));
        expect(metadata.get('format')).toBe('pt');
        expect(tensors.size).toBe(entries.length);
        for (const [name, written] of entries) {
          const read = tensors.get(name) as Tensor;
          expect(read.type).toBe(written.type);
          expect(read.dims).toEqual(written.dims);
          expect(bytesOf(read)).toEqual(bytesOf(written));
        }
      }),
    );
  });

  test('tensors are views of the file, not copies', () => {
    const file = writeSafetensors([
      ['small', tensor('uint8', [3], Uint8Array.of(1, 2, 3))],
      ['large', float32([2], [1, 2])],
    ]);
    for (const read of readSafetensors(file).tensors.values()) expect(read.data.buffer).toBe(file.buffer);
  });

  test('any damage to a file gives an error of our own or another valid file, never a crash', () => {
    const file = writeSafetensors([
      ['a', float32([2, 2], [1, 2, 3, 4])],
      ['b', int64([2], [1, 2])],
    ]);
    const position = fc.integer({ min: 0, max: file.length - 1 });
    fc.assert(
      fc.property(position, fc.integer({ min: 0, max: 255 }), (at, byte) => {
        const damaged = file.slice();
        damaged[at] = byte;
        try {
          readSafetensors(damaged);
        } catch (error) {
          expect(error).toMatchObject({ code: 'DATA_FORMAT_BROKEN' });
        }
      }),
    );
    fc.assert(
      fc.property(position, (length) => {
        expect(() => readSafetensors(file.subarray(0, length), 'x.safetensors')).toThrow(/x\.safetensors/);
      }),
    );
  });

  test.each([
    ['fewer than the 8', new Uint8Array(3)],
    ['more than the 100000000 allowed', Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 255)],
    ['not JSON', fileWith('{"a":')],
    ['not a JSON object', fileWith('[]')],
    ['unknown element type "F8_E4M3"', fileWith('{"a":{"dtype":"F8_E4M3","shape":[1],"data_offsets":[0,1]}}', 1)],
    ['no valid shape', fileWith('{"a":{"dtype":"U8","shape":[-1],"data_offsets":[0,1]}}', 1)],
    ['no valid data_offsets', fileWith('{"a":{"dtype":"U8","shape":[1],"data_offsets":[0]}}', 1)],
    ['needs 4 bytes, but has 3', fileWith('{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,3]}}', 3)],
    ['needs 1e+30 bytes', fileWith('{"a":{"dtype":"U8","shape":[1000000000000000,1000000000000000],"data_offsets":[0,1]}}', 1)],
    [
      'unknown element type',
      fileWith(`{"__metadata__":{"a":${'['.repeat(20000)}${']'.repeat(20000)}},"a":{"dtype":${'['.repeat(20000)}${']'.repeat(20000)}}}`),
    ],
    ['truncated', fileWith('{"a":{"dtype":"U8","shape":[9],"data_offsets":[0,9]}}', 5)],
    ['2 unused bytes at its end', fileWith('{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}', 3)],
    [
      '1 unused bytes before tensor "b"',
      fileWith('{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}}', 3),
    ],
    ['"b" overlaps', fileWith('{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}', 3)],
  ])('refuses a file that is %s', (reason, file) => {
    expect(() => readSafetensors(file)).toThrow(reason);
  });

  test('single rows are read without the rest', async () => {
    const { arrays } = await openSafetensors(memoryBytes(writeSafetensors([['x', float32([3, 2], [1, 2, 3, 4, 5, 6])]])));
    const array = arrays.get('x');
    expect(array && (await readRow(array, 1))).toEqual(float32([2], [3, 4]));
  });
});
