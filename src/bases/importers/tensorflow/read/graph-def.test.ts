import { create } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { flawsOf } from '../../../../../test/support/tensorflow.js';
import { callDef, functionAttribute, functionDef, graphBytes, nodeDef } from '../../../../../test/support/tensorflow-graph.js';
import { memoryFolder } from '../../../hub/index.js';
import { AttrValueSchema } from '../proto/generated/tensorflow_pb.js';
import { readGraphDef, type TfReading } from './index.js';

function read(bytes: Uint8Array, outputs?: string): Promise<TfReading> {
  return readGraphDef(memoryFolder({ 'model.pb': bytes }), 'model.pb', outputs);
}

const x = nodeDef('x = Placeholder()');
const line = ({ name, op, inputs }: { name: string; op: string; inputs: readonly string[] }): string => `${name} = ${op}(${inputs.join(', ')})`;

describe('readGraphDef', () => {
  it('takes as outputs what depends on an input and is read by nothing', async () => {
    const nodes = [
      x,
      'y = Relu(x)',
      'z = Split(y, x)',
      'unused = Const()',
      'watch = ScalarSummary(z)',
      'w = Tanh(z:1, ^y)',
      'save = SaveV2(y)',
      'init = NoOp(^w)',
    ];
    const { graph, notes } = await read(graphBytes(nodes.map((node) => (typeof node === 'string' ? nodeDef(node) : node))));
    expect(graph.inputs.map(({ name }) => name)).toEqual(['x']);
    expect(graph.outputs.map(({ tensor }) => tensor)).toEqual(['w']);
    expect(graph.nodes.map(line).sort()).toEqual(['w = Tanh(z:1)', 'x = Placeholder()', 'y = Relu(x)', 'z = Split(y, x)']);
    expect(notes).toEqual([]);
  });

  it('takes the outputs that are asked for, and what they need alone', async () => {
    const bytes = graphBytes([x, nodeDef('y = Unpack(x)'), nodeDef('z = Tanh(y)')]);
    const { graph } = await read(bytes, 'y:1, x');
    expect(graph.outputs.map(({ name, tensor }) => [name, tensor])).toEqual([
      ['y:1', 'y:1'],
      ['x', 'x'],
    ]);
    expect(graph.nodes.map(({ name }) => name).sort()).toEqual(['x', 'y']);
    await expect(read(bytes, 'nowhere')).rejects.toMatchObject({ code: 'IMPORT_OUTPUTS', message: expect.stringContaining('its ends are z') });
  });

  it('takes a placeholder with a default as an input only where there is no other', async () => {
    const keep = nodeDef('keep = PlaceholderWithDefault(one)');
    const nodes = [nodeDef('one = Const()'), keep, nodeDef('y = Mul(x, keep)')];
    expect((await read(graphBytes([x, ...nodes]))).graph.inputs.map(({ name }) => name)).toEqual(['x']);
    const { graph } = await read(graphBytes([...nodes.slice(0, 2), nodeDef('y = Relu(keep)')]));
    expect(graph.inputs.map(({ name }) => name)).toEqual(['keep']);
    expect(graph.nodes.map(({ name }) => name)).toEqual(['y']);
  });

  it.each([
    ['an empty file', graphBytes([]), 'holds no nodes'],
    ['bytes of no message', Uint8Array.of(10, 200, 1), 'damaged'],
    ['a model of another kind', Uint8Array.of(8, 1), 'another kind'],
    ['a message of other fields', graphBytes([nodeDef('')]), 'nodes of a graph'],
    ['a name that occurs twice', graphBytes([x, x]), 'two nodes named "x"'],
    ['a reference to nothing', graphBytes([x, nodeDef('y = Relu(z)'), nodeDef('w = Add(x, y)')]), 'reads "z"'],
    ['a call of nothing', graphBytes([x, callDef('y = PartitionedCall(x)', 'f')]), 'calls the function "f"'],
  ])('refuses %s', async (_, bytes, reason) => {
    await expect(read(bytes)).rejects.toMatchObject({ code: 'IMPORT_FILE_INVALID', message: expect.stringContaining(reason) });
  });

  it('refuses text, and variables without values', async () => {
    const text = readGraphDef(memoryFolder({ 'model.pbtxt': new Uint8Array() }), 'model.pbtxt');
    await expect(text).rejects.toMatchObject({ code: 'IMPORT_FORMAT_UNSUPPORTED' });
    const trained = read(graphBytes([x, nodeDef('w = VariableV2()'), nodeDef('y = MatMul(x, w)')]));
    await expect(trained).rejects.toMatchObject({ code: 'IMPORT_VARIABLES_MISSING', message: expect.stringContaining(': w.') });
  });
});

describe('functions', () => {
  const scale = functionDef('scale', ['value'], { out: 'product:z:0' }, [
    nodeDef('factor = Const()'),
    nodeDef('product = Mul(value, factor:output:0)'),
  ]);

  it('take the place of their calls, with names that tell the calls apart where they must', async () => {
    const twice = functionDef('twice', ['value'], { out: 'again:out:0' }, [
      callDef('dense/StatefulPartitionedCall = StatefulPartitionedCall(value)', 'scale'),
      nodeDef('again = scale(dense/StatefulPartitionedCall:output:0)'),
    ]);
    const { graph } = await read(graphBytes([x, callDef('model = PartitionedCall(x)', 'twice'), nodeDef('y = Relu(model)')], [scale, twice]));
    expect(flawsOf(graph)).toEqual([]);
    expect(graph.nodes.map(line).sort()).toEqual([
      'model/again/factor = Const()',
      'model/again/product = Mul(model/dense/product, model/again/factor)',
      'model/dense/factor = Const()',
      'model/dense/product = Mul(x, model/dense/factor)',
      'x = Placeholder()',
      'y = Relu(model/again/product)',
    ]);
  });

  it('find outputs by the names of operations', async () => {
    const body = [
      nodeDef('norm = FusedBatchNormV3(value, value, value, value, value)'),
      nodeDef('top = TopKV2(norm:reserve_space_3:0, norm:y:0)'),
      nodeDef('parts = Split(top:values:0, top:indices:0)'),
    ];
    const { graph } = await read(
      graphBytes([x, callDef('y = PartitionedCall(x)', 'f'), nodeDef('z = Relu(y)')], [functionDef('f', ['value'], { out: 'parts:output:2' }, body)]),
    );
    expect(graph.nodes.map(line)).toEqual(expect.arrayContaining(['top = TopKV2(norm:5, norm)', 'parts = Split(top, top:1)', 'z = Relu(parts:2)']));
    const wrong = functionDef('f', ['value'], { out: 'top:nothing:0' }, [nodeDef('top = TopKV2(value, value)')]);
    await expect(read(graphBytes([x, callDef('y = PartitionedCall(x)', 'f')], [wrong]))).rejects.toMatchObject({ code: 'IMPORT_FILE_INVALID' });
  });

  it('are refused where they call themselves', async () => {
    const calls = (name: string, callee: string): ReturnType<typeof functionDef> =>
      functionDef(name, ['value'], { out: 'call:output:0' }, [callDef('call = PartitionedCall(value)', callee)]);
    const recursion = { code: 'IMPORT_FORMAT_UNSUPPORTED', message: expect.stringContaining('calls itself') };
    const start = callDef('y = PartitionedCall(x)', 'f');
    await expect(read(graphBytes([x, start], [calls('f', 'g'), calls('g', 'f')]))).rejects.toMatchObject(recursion);
    const loop = nodeDef('again = While(value)', { body: functionAttribute('f'), cond: functionAttribute('f') });
    const body = functionDef('f', ['value'], { out: 'again:output:0' }, [loop]);
    await expect(read(graphBytes([x, nodeDef('y = While(x)', { body: functionAttribute('f') })], [body]))).rejects.toMatchObject(recursion);
  });

  it('are refused where they multiply without end, or give themselves their arguments', async () => {
    const levels = Array.from({ length: 40 }, (_, i) =>
      functionDef(`f${i}`, ['value'], { out: 'sum:z:0' }, [
        callDef('a = PartitionedCall(value)', `f${i + 1}`),
        callDef('b = PartitionedCall(a:output:0)', `f${i + 1}`),
        nodeDef('sum = Add(a:output:0, b:output:0)'),
      ]),
    );
    const last = functionDef('f40', ['value'], { out: 'relu:y:0' }, [nodeDef('relu = Relu(value)')]);
    const start = callDef('y = PartitionedCall(x)', 'f0');
    await expect(read(graphBytes([x, start], [...levels, last]))).rejects.toMatchObject({ code: 'GRAPH_FUNCTION_SIZE' });
    const same = functionDef('same', ['value'], { out: 'value' }, []);
    const circle = [x, callDef('a = PartitionedCall(b)', 'same'), callDef('b = PartitionedCall(a)', 'same'), nodeDef('y = Add(x, a)')];
    await expect(read(graphBytes(circle, [same]))).rejects.toMatchObject({ code: 'GRAPH_FUNCTION_SIZE' });
  });

  it('are followed however many hand on a value', async () => {
    const same = functionDef('same', ['value'], { out: 'value' }, []);
    const chain = Array.from({ length: 20_000 }, (_, i) => callDef(`c${i} = PartitionedCall(${i === 0 ? 'x' : `c${i - 1}`})`, 'same'));
    const { graph } = await read(graphBytes([x, ...chain, nodeDef('y = Relu(c19999)')], [same]));
    expect(graph.nodes.map(line)).toEqual(['y = Relu(x)', 'x = Placeholder()']);
  });
});

it('attributes keep their kinds', async () => {
  const tensor = { dtype: 1, tensorShape: { dim: [{ size: 3n }] }, floatVal: [1, 2] };
  const attr = {
    i: create(AttrValueSchema, { value: { case: 'i', value: -3n } }),
    f: create(AttrValueSchema, { value: { case: 'f', value: 0.5 } }),
    b: create(AttrValueSchema, { value: { case: 'b', value: true } }),
    s: create(AttrValueSchema, { value: { case: 's', value: new TextEncoder().encode('SAME') } }),
    type: create(AttrValueSchema, { value: { case: 'type', value: 101 } }),
    shape: create(AttrValueSchema, { value: { case: 'shape', value: { dim: [{ size: -1n }, { size: 4n }] } } }),
    unknown: create(AttrValueSchema, { value: { case: 'shape', value: { unknownRank: true } } }),
    tensor: create(AttrValueSchema, { value: { case: 'tensor', value: tensor } }),
    list: create(AttrValueSchema, { value: { case: 'list', value: { i: [1n, 2n] } } }),
    open: create(AttrValueSchema, { value: { case: 'placeholder', value: 'T' } }),
  };
  const { graph } = await read(graphBytes([x, nodeDef('y = Conv2D(x)', attr)]));
  expect(Object.fromEntries(graph.nodes.find(({ name }) => name === 'y')?.attributes ?? [])).toEqual({
    i: { kind: 'int', value: -3 },
    f: { kind: 'float', value: 0.5 },
    b: { kind: 'bool', value: true },
    s: { kind: 'string', value: 'SAME' },
    type: { kind: 'type', value: 'float32' },
    shape: { kind: 'shape', value: [null, 4] },
    unknown: { kind: 'shape', value: undefined },
    tensor: { kind: 'tensor', value: { type: 'float32', dims: [3], data: Float32Array.of(1, 2, 2) } },
    list: {
      kind: 'list',
      value: [
        { kind: 'int', value: 1 },
        { kind: 'int', value: 2 },
      ],
    },
  });
});
