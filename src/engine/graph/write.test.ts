import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { graphOf, modelOf, node } from '../../../test/support/graph.js';
import { bytesOf, bytesPerElement, type DataType, fromBytes, sizeOf, type Tensor } from '../../core/index.js';
import type { Attribute, Model, ValueType } from './model.js';
import { readModel } from './read.js';
import { concatenate } from './wire.js';
import { writeModel, writeModelParts } from './write.js';

const TYPES: readonly DataType[] = [
  ...(['float32', 'float64', 'float16', 'bfloat16', 'int8', 'int16', 'int32', 'int64'] as const),
  ...(['uint8', 'uint16', 'uint32', 'uint64', 'bool'] as const),
];

/** Any tensor, with any bits in it. */
const tensors: fc.Arbitrary<Tensor> = fc
  .record({ type: fc.constantFrom(...TYPES), dims: fc.array(fc.nat(4), { maxLength: 4 }) })
  .chain(({ type, dims }) => {
    const size = sizeOf(dims) * bytesPerElement(type);
    return fc.uint8Array({ minLength: size, maxLength: size }).map((bytes) => fromBytes(type, dims, bytes));
  });

const names = fc.string({ unit: 'grapheme', maxLength: 12 });
const floats = fc.float({ noNaN: true });
const attributes: fc.Arbitrary<Attribute> = fc.oneof(
  fc.record({ kind: fc.constant('int' as const), value: fc.maxSafeInteger() }),
  fc.record({ kind: fc.constant('float' as const), value: floats }),
  fc.record({ kind: fc.constant('string' as const), value: names }),
  fc.record({ kind: fc.constant('ints' as const), value: fc.array(fc.maxSafeInteger()) }),
  fc.record({ kind: fc.constant('floats' as const), value: fc.array(floats) }),
  fc.record({ kind: fc.constant('strings' as const), value: fc.array(names) }),
  fc.record({ kind: fc.constant('tensor' as const), value: tensors }),
  tensors.map((tensor) => ({
    kind: 'graph' as const,
    value: graphOf({ nodes: [node('Abs', ['w'], ['v'])], outputs: ['v'], initializers: { w: tensor } }),
  })),
);

const dims = fc.array(fc.oneof(fc.nat(), fc.constant(null), fc.constantFrom('batch', 'sequence')), { maxLength: 4 });
const valueTypes: fc.Arbitrary<ValueType> = fc.oneof(
  fc.record({ kind: fc.constant('tensor' as const), type: fc.constantFrom(...TYPES, 'string' as const), dims: fc.option(dims, { nil: undefined }) }),
  fc.record({
    kind: fc.constantFrom('sequence' as const, 'optional' as const),
    element: fc.record({ kind: fc.constant('tensor' as const), type: fc.constantFrom(...TYPES), dims }),
  }),
);

const models: fc.Arbitrary<Model> = fc
  .record({
    initializers: fc.dictionary(fc.string({ minLength: 1 }), tensors),
    attribute: fc.dictionary(names, attributes),
    type: valueTypes,
    metadata: fc.dictionary(names, names),
    overload: fc.option(fc.string({ minLength: 1 }), { nil: undefined }),
  })
  .map(({ initializers, attribute, type, metadata, overload }) => {
    const call = { ...node('custom::Thing', ['\0in'], ['\0out']), ...(overload && { overload }), attributes: attribute };
    const model = modelOf({ nodes: [call], inputs: [{ name: '\0in', type }], outputs: [{ name: '\0out', type }], initializers });
    return { ...model, metadata: new Map(Object.entries(metadata)), opsets: new Map([...model.opsets, ['custom', 1]]) };
  });

describe('writeModel', () => {
  it('writes what readModel reads back, for any tensors, attributes and types', () => {
    fc.assert(
      fc.property(models, (model) => {
        expect(plain(readModel(writeModel(model)))).toEqual(plain(model));
      }),
      { numRuns: 300 },
    );
  });

  it('keeps the ends of int64 and what lies beyond safe numbers at those ends', () => {
    const ends = node('Slice', ['x'], ['y'], 'y', { starts: [0, Number.MIN_SAFE_INTEGER], ends: [Number.MAX_SAFE_INTEGER, -1] });
    const bytes = writeModel(modelOf({ nodes: [ends], inputs: ['x'], outputs: ['y'] }, 9));
    expect(readModel(bytes).graph.nodes[0]?.attributes).toEqual(ends.attributes);
    const max = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f];
    expect(Buffer.from(bytes).includes(Buffer.from(max))).toBe(true);
  });

  it('keeps functions, with references to their attributes', () => {
    const reference: Attribute = { kind: 'reference', value: 'alpha', bytes: Uint8Array.of(0xa0, 0x01, 0x01) };
    const body = { ...node('LeakyRelu', ['a'], ['b']), attributes: { alpha: reference } };
    const model: Model = {
      ...modelOf({ nodes: [node('local::Leaky', ['x'], ['y'])], inputs: ['x'], outputs: ['y'] }),
      functions: [
        {
          domain: 'local',
          name: 'Leaky',
          overload: '',
          inputs: ['a'],
          outputs: ['b'],
          attributes: [],
          defaults: { alpha: { kind: 'float', value: 0.5 } },
          nodes: [body],
          opsets: new Map([['', 21]]),
        },
      ],
    };
    expect(readModel(writeModel(model)).functions).toMatchObject([
      { ...model.functions[0], nodes: [{ attributes: { alpha: { kind: 'reference', value: 'alpha' } } }] },
    ]);
  });
});

describe('models beyond 2 GiB', () => {
  // 22 tensors of 100 MB that share their memory.
  const data = new Float32Array(25_000_000);
  const initializers = Object.fromEntries(
    Array.from({ length: 22 }, (_, index) => [`w${index}`, { type: 'float32', dims: [data.length], data } as const]),
  );
  const large = modelOf({ nodes: [], outputs: [], initializers });

  it('do not fit one file', () => {
    expect(() => writeModel(large)).toThrow(/holds at most 2 GiB/);
  });

  it('fit in parts', () => {
    const parts = writeModelParts(large, { location: 'w.bin' });
    expect(parts.model.byteLength).toBeLessThan(10_000);
    expect(parts.data.filter((chunk) => chunk.byteLength === data.byteLength)).toHaveLength(22);
  });
});

describe('writeModelParts', () => {
  it('puts large initialisers into aligned external data and reads them back', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ minLength: 1 }), tensors, { maxKeys: 6 }), fc.constantFrom(1, 16, 1024), (initializers, threshold) => {
        const model = modelOf({ nodes: [], outputs: [], initializers });
        const parts = writeModelParts(model, { location: 'weights.bin', threshold });
        const data = concatenate(parts.data);
        expect(plain(readModel(parts.model, () => data))).toEqual(plain(model));
        const inline = Object.values(initializers).filter((tensor) => tensor.data.byteLength < threshold);
        if (inline.length === Object.keys(initializers).length) expect(data.byteLength).toBe(0);
      }),
      { numRuns: 100 },
    );
  });
});

/** A model in a form that compares bit by bit: NaN payloads and the sign of zero count. */
function plain(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return Buffer.from(bytesOf({ data: value } as Tensor)).toString('hex');
  if (value instanceof Map) return Array.from(value, ([key, entry]) => [key, plain(entry)]);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, plain(entry)]));
  return value;
}
