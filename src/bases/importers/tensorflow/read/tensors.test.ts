import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import type { Tensor } from '../../../../core/index.js';
import type { TfOpaque } from '../graph.js';
import { TensorProtoSchema } from '../proto/generated/tensorflow_pb.js';
import { TensorReader } from './tensors.js';

type Init = Exclude<MessageInitShape<typeof TensorProtoSchema>, { $typeName: string }>;

const source = { uri: 'memory:', file: 'model.pb', format: 'a TensorFlow graph' };
const dims = (...sizes: number[]): Init => ({ tensorShape: { dim: sizes.map((size) => ({ size: BigInt(size) })) } });
const read = (proto: Init): Tensor | TfOpaque => new TensorReader(source).read(create(TensorProtoSchema, proto), 'c');

describe('constants', () => {
  it.each<[string, Init, ArrayLike<number | bigint>]>([
    ['float32', { dtype: 1, floatVal: [1.5, -2] }, Float32Array.of(1.5, -2)],
    ['float64', { dtype: 2, doubleVal: [0.1, 2] }, Float64Array.of(0.1, 2)],
    ['int32', { dtype: 3, intVal: [-7, 8] }, Int32Array.of(-7, 8)],
    ['uint8', { dtype: 4, intVal: [200, 1] }, Uint8Array.of(200, 1)],
    ['int16', { dtype: 5, intVal: [-300, 1] }, Int16Array.of(-300, 1)],
    ['int8', { dtype: 6, intVal: [-3, 1] }, Int8Array.of(-3, 1)],
    ['int64', { dtype: 9, int64Val: [-(2n ** 60n), 1n] }, BigInt64Array.of(-(2n ** 60n), 1n)],
    ['bool', { dtype: 10, boolVal: [true, false] }, Uint8Array.of(1, 0)],
    ['bfloat16', { dtype: 14, halfVal: [0x3fc0, 0xc000] }, Uint16Array.of(0x3fc0, 0xc000)],
    ['uint16', { dtype: 17, intVal: [65535, 0] }, Uint16Array.of(65535, 0)],
    ['float16', { dtype: 19, halfVal: [0x3e00, 0xc000] }, Uint16Array.of(0x3e00, 0xc000)],
    ['uint32', { dtype: 22, uint32Val: [2 ** 32 - 1, 0] }, Uint32Array.of(2 ** 32 - 1, 0)],
    ['uint64', { dtype: 23, uint64Val: [2n ** 63n, 0n] }, BigUint64Array.of(2n ** 63n, 0n)],
  ])('of %s are read from their field, and as bytes', (type, proto, data) => {
    expect(read({ ...proto, ...dims(2) })).toEqual({ type, dims: [2], data });
    const tensorContent = new Uint8Array((data as Float32Array).buffer);
    expect(read({ dtype: proto.dtype ?? 0, tensorContent, ...dims(1, 2) })).toEqual({ type, dims: [1, 2], data });
  });

  it('repeat their last value, and are zeros without any', () => {
    expect(read({ dtype: 1, floatVal: [1, 2], ...dims(2, 2) })).toMatchObject({ data: Float32Array.of(1, 2, 2, 2) });
    expect(read({ dtype: 9, ...dims(2) })).toMatchObject({ data: BigInt64Array.of(0n, 0n) });
    expect(read({ dtype: 3, intVal: [5] })).toEqual({ type: 'int32', dims: [], data: Int32Array.of(5) });
    expect(read({ dtype: 1, ...dims(0, 4) })).toMatchObject({ dims: [0, 4], data: new Float32Array() });
  });

  it('may be text, or of types that nothing computes with', () => {
    const words = ['a', 'ß'].map((text) => new TextEncoder().encode(text));
    expect(read({ dtype: 7, stringVal: words, ...dims(3) })).toEqual({ type: 'string', dims: [3], texts: ['a', 'ß', 'ß'] });
    expect(read({ dtype: 8, ...dims(1) })).toEqual({ type: 'other', dims: [1], texts: [] });
  });

  it.each<[string, Init]>([
    ['of more values than elements', { dtype: 1, floatVal: [1, 2, 3], ...dims(2) }],
    ['of too few bytes', { dtype: 1, tensorContent: new Uint8Array(7), ...dims(2) }],
    ['of a negative size', { dtype: 1, ...dims(-1) }],
    ['of an unknown rank', { dtype: 1, tensorShape: { unknownRank: true } }],
    ['of sizes beyond all bounds', { dtype: 1, ...dims(2 ** 31, 2 ** 31, 0) }],
    ['of one value for 4 GiB', { dtype: 1, floatVal: [1], ...dims(2 ** 30) }],
    ['of one text for a billion', { dtype: 7, stringVal: [new Uint8Array()], ...dims(2 ** 30) }],
  ])('%s are refused', (_, proto) => {
    expect(() => read(proto)).toThrow(expect.objectContaining({ code: 'IMPORT_FILE_INVALID' }));
  });

  it('are refused when all of them repeat too much', () => {
    const reader = new TensorReader(source);
    const large = create(TensorProtoSchema, { dtype: 4, ...dims(2 ** 28 + 2 ** 27) });
    reader.read(large, 'a');
    reader.read(large, 'b');
    expect(() => reader.read(large, 'c')).toThrow(expect.objectContaining({ code: 'IMPORT_FILE_INVALID', message: expect.stringContaining('"c"') }));
  });
});
