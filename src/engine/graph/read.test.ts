import { create, toBinary } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { modelOf, node } from '../../../test/support/graph.js';
import { RegraftError, toNumbers } from '../../core/index.js';
import { ModelProtoSchema } from './generated/onnx_pb.js';
import type { Node } from './model.js';
import { readModel } from './read.js';
import { writeModel } from './write.js';

/** A model whose only content is one initialiser, straight from protobuf fields. */
function withTensor(
  initializer: NonNullable<NonNullable<Parameters<typeof create<typeof ModelProtoSchema>>[1]>['graph']>['initializer'],
): Uint8Array {
  const message = create(ModelProtoSchema, { irVersion: 8n, opsetImport: [{ version: 17n }], graph: { ...(initializer && { initializer }) } });
  return toBinary(ModelProtoSchema, message);
}

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof RegraftError) return error.code;
    throw error;
  }
  return 'no error';
}

describe('tensor data in typed fields', () => {
  const cases = [
    { type: 'float32', dataType: 1, field: { floatData: [1.5, -2] }, values: [1.5, -2] },
    { type: 'uint8', dataType: 2, field: { int32Data: [1, 255] }, values: [1, 255] },
    { type: 'int8', dataType: 3, field: { int32Data: [-128, 127] }, values: [-128, 127] },
    { type: 'uint16', dataType: 4, field: { int32Data: [0, 65535] }, values: [0, 65535] },
    { type: 'int16', dataType: 5, field: { int32Data: [-32768, 3] }, values: [-32768, 3] },
    { type: 'int32', dataType: 6, field: { int32Data: [-(2 ** 31), 4] }, values: [-(2 ** 31), 4] },
    { type: 'int64', dataType: 7, field: { int64Data: [-(2n ** 53n), 5n] }, values: [-(2 ** 53), 5] },
    { type: 'bool', dataType: 9, field: { int32Data: [1, 0] }, values: [1, 0] },
    { type: 'float16', dataType: 10, field: { int32Data: [0x3c00, 0xc000] }, values: [1, -2] },
    { type: 'float64', dataType: 11, field: { doubleData: [Math.PI, -0] }, values: [Math.PI, -0] },
    { type: 'uint32', dataType: 12, field: { uint64Data: [2n ** 32n - 1n, 6n] }, values: [2 ** 32 - 1, 6] },
    { type: 'uint64', dataType: 13, field: { uint64Data: [2n ** 53n, 7n] }, values: [2 ** 53, 7] },
    { type: 'bfloat16', dataType: 16, field: { int32Data: [0x3f80, 0xc000] }, values: [1, -2] },
  ] as const;

  it.each(cases)('$type', ({ type, dataType, field, values }) => {
    const model = readModel(withTensor([{ name: 'w', dims: [2n], dataType, ...structuredClone(field) } as never]));
    const tensor = model.graph.initializers.get('w');
    if (tensor?.type !== type) throw new Error(`read as ${tensor?.type}`);
    expect(toNumbers(tensor)).toEqual(values);
  });

  it('keeps what it cannot compute with, under whatever name', () => {
    const strings = { name: 's', dims: [1n], dataType: 8, stringData: [new TextEncoder().encode('hi')] };
    const int4 = { name: 'q', dims: [3n], dataType: 22, rawData: Uint8Array.of(0x21, 0x03) };
    const { graph, ...model } = readModel(withTensor([strings, int4] as never));
    const renamed = new Map([...graph.initializers].map(([name, tensor]) => [`${name}2`, tensor]));
    const again = readModel(writeModel({ ...model, graph: { ...graph, initializers: renamed } }));
    expect([...again.graph.initializers.keys()]).toEqual(['s2', 'q2']);
    expect(again.graph.initializers.get('q2')).toMatchObject({ type: 'opaque', dims: [3], element: 22, encoding: 'dense' });
    expect(again.graph.initializers.get('s2')).toEqual(graph.initializers.get('s'));
  });

  it('keeps sparse initialisers', () => {
    const sparse = {
      values: { name: 'w', dims: [1n], dataType: 1, floatData: [2] },
      indices: { dims: [1n], dataType: 7, int64Data: [3n] },
      dims: [5n],
    };
    const bytes = toBinary(ModelProtoSchema, create(ModelProtoSchema, { opsetImport: [{ version: 17n }], graph: { sparseInitializer: [sparse] } }));
    const again = readModel(writeModel(readModel(bytes)));
    expect(again.graph.initializers.get('w')).toMatchObject({ type: 'opaque', dims: [5], element: 1, encoding: 'sparse' });
  });

  it.each([
    ['too little data', { dims: [3n], dataType: 1, floatData: [1] }],
    ['too many raw bytes', { dims: [1n], dataType: 1, rawData: new Uint8Array(8) }],
    ['a negative dimension', { dims: [-1n], dataType: 1 }],
    ['an absurd shape', { dims: [2n ** 40n, 2n ** 40n], dataType: 1, floatData: [1] }],
  ])('refuses a tensor with %s', (_, tensor) => {
    expect(codeOf(() => readModel(withTensor([{ name: 'w', ...tensor }] as never)))).toBe('ONNX_BAD_TENSOR');
  });
});

describe('external data', () => {
  const external = (entries: Readonly<Record<string, string>>, dims = [2n]): Uint8Array =>
    withTensor([
      { name: 'w', dims, dataType: 1, dataLocation: 1, externalData: Object.entries(entries).map(([key, value]) => ({ key, value })) },
    ] as never);
  const file = new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer);

  it('takes the range the model names', () => {
    const model = readModel(external({ location: 'w.bin', offset: '4', length: '8' }), () => file);
    expect(model.graph.initializers.get('w')).toMatchObject({ data: Float32Array.of(2, 3) });
  });

  it('reads through a function, up to the end where no length is given', () => {
    const calls: unknown[] = [];
    const model = readModel(external({ location: 'a/w.bin', offset: '8' }), (location) => (offset, length) => {
      calls.push([location, offset, length]);
      return file.subarray(offset);
    });
    expect(calls).toEqual([['a/w.bin', 8, undefined]]);
    expect(model.graph.initializers.get('w')).toMatchObject({ data: Float32Array.of(3, 4) });
  });

  it.each(['../w.bin', 'a/../../w.bin', '/etc/passwd', 'C:\\w.bin', '..\\w.bin', '\\\\host\\w.bin', ''])('refuses the location %j', (location) => {
    expect(codeOf(() => readModel(external({ location }), () => file))).toBe('ONNX_EXTERNAL_DATA');
  });

  it.each([{ offset: 'x' }, { offset: '-1' }, { length: '99999999999999999999' }, { offset: '12', length: '8' }])('refuses %j', (range) => {
    expect(codeOf(() => readModel(external({ location: 'w.bin', ...range }), () => file))).toBe('ONNX_EXTERNAL_DATA');
  });

  it('asks for the data when it is not given', () => {
    expect(() => readModel(external({ location: 'w.bin' }), undefined, 'm.onnx')).toThrow(/"w" of "m.onnx" is kept in the file "w.bin"/);
  });
});

describe('what is not a model', () => {
  const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

  it.each([
    ['an empty file', new Uint8Array(), /it is empty/],
    ['a Git LFS pointer', encode('version https://git-lfs.github.com/spec/v1\noid sha256:0\n'), /Git LFS pointer/],
    ['a web page', encode('<!DOCTYPE html><html></html>'), /HTML or XML/],
    ['a ZIP archive', encode('PK\x03\x04aaaaaaaaaaaaaaaaaaaaa'), /ZIP archive/],
    ['JSON', encode('{"format": "layers-model"}'), /JSON/],
    ['text', encode('hello, this is a text file'), /its bytes do not decode as one/],
  ])('%s', (_, bytes, message) => {
    expect(() => readModel(bytes)).toThrow(message);
    expect(codeOf(() => readModel(bytes))).toBe('ONNX_NOT_A_MODEL');
  });

  it('a model cut short', () => {
    const bytes = writeModel(modelOf({ nodes: [node('Relu', ['x'], ['y'])], inputs: ['x'], outputs: ['y'] }));
    const middle = bytes.subarray(0, bytes.length - 4);
    expect(codeOf(() => readModel(middle))).toBe('ONNX_TRUNCATED');
  });
});

describe('the graph is checked', () => {
  const read = (nodes: readonly Node[], outputs = ['y']): (() => unknown) => {
    const bytes = writeModel(modelOf({ nodes, inputs: ['x'], outputs }));
    return () => readModel(bytes, undefined, 'm.onnx');
  };

  it('sorts nodes that come in the wrong order', () => {
    const nodes = [node('Relu', ['b'], ['y']), node('Abs', ['a'], ['b']), node('Neg', ['x'], ['a'])];
    const model = readModel(writeModel(modelOf({ nodes, inputs: ['x'], outputs: ['y'] })));
    expect(model.graph.nodes.map((sorted) => sorted.op)).toEqual(['Neg', 'Abs', 'Relu']);
  });

  it('names a cycle', () => {
    expect(read([node('Add', ['x', 'b'], ['a'], 'first'), node('Abs', ['a'], ['b'], 'second'), node('Relu', ['b'], ['y'])])).toThrow(
      /has a cycle: ("second" → "first"|"first" → "second")/,
    );
  });

  it('names an undefined value with its node', () => {
    expect(read([node('Add', ['x', 'nowhere'], ['y'], 'sum')])).toThrow('Node "sum" (Add) of "m.onnx" takes the value "nowhere"');
  });

  it('names what is defined twice', () => {
    expect(read([node('Abs', ['x'], ['y']), node('Neg', ['x'], ['y'], 'again')])).toThrow(
      'defines the value "y" twice; the second time by Neg node "again"',
    );
  });

  it('names an undefined output', () => {
    expect(read([node('Abs', ['x'], ['y'])], ['z'])).toThrow('The output "z" of graph');
  });
});
