import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { memoryFolder } from '../../src/bases/hub/index.js';
import { importFolder } from '../../src/bases/importers/index.js';
import { findParameters, prepareModel } from '../../src/bases/surgery/index.js';
import { cast, fromNumbers, type Tensor, toNumbers } from '../../src/core/index.js';
import { ModelProtoSchema } from '../../src/engine/graph/generated/onnx_pb.js';
import { type Model, writeModel } from '../../src/engine/graph/index.js';
import { input, modelOf, node } from '../support/graph.js';
import { runOnnx } from '../support/ort.js';
import { imported, ints, type OneNode, oneNode, random } from './one-node.js';

const weight = random([4, 3], 1);
const half = (tensor: Tensor, type: 'float16' | 'bfloat16' = 'float16'): Tensor => cast(tensor, type);

describe('half precision', () => {
  it.each(['float16', 'bfloat16'] as const)('%s becomes float32, weights under their names', async (type) => {
    const model = modelOf({
      nodes: [
        node('MatMul', ['x', 'layer.weight'], ['m']),
        node('Constant', [], ['k'], 'k', { value: half(fromNumbers('float32', [], [0.5]), type) }),
        node('Mul', ['m', 'k'], ['y']),
      ],
      inputs: [input('x', { type, dims: [2, 4] })],
      outputs: [input('y', { type, dims: [2, 3] })],
      initializers: { 'layer.weight': half(weight, type) },
    });
    const { model: wide, notes } = await imported(model);
    expect([...wide.graph.inputs, ...wide.graph.outputs].map((info) => info.type)).toMatchObject([{ type: 'float32' }, { type: 'float32' }]);
    const kept = wide.graph.initializers.get('layer.weight') as Tensor;
    expect(kept.type).toBe('float32');
    expect(toNumbers(kept)).toEqual(toNumbers(half(weight, type)));
    expect(notes).toEqual([`The model was widened from ${type} to float32 (1 weight). "x", "y" are float32 now.`]);
    const x = random([2, 4], 2);
    const results = await runOnnx(wide, { x });
    const expected = [0, 1].flatMap((row) =>
      [0, 1, 2].map(
        (column) => 0.5 * [0, 1, 2, 3].reduce((sum, i) => sum + (toNumbers(x)[row * 4 + i] ?? 0) * (toNumbers(kept)[i * 3 + column] ?? 0), 0),
      ),
    );
    // Sums of four products in single precision.
    toNumbers(results['y'] as Tensor).forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i] ?? Number.NaN, 6);
    });
  });

  it('large weights too, by a table', async () => {
    const large = half(random([300, 300], 3));
    const model = modelOf({ nodes: [node('MatMul', ['x', 'w'], ['y'])], inputs: ['x'], outputs: ['y'], initializers: { w: large } });
    const { model: wide } = await imported(model);
    expect(toNumbers(wide.graph.initializers.get('w') as Tensor)).toEqual(toNumbers(large));
  });

  it('weights that are cast as they are used are parameters by their own names', async () => {
    const model = modelOf({
      nodes: [node('Cast', ['w'], ['w_single'], 'w_single', { to: 1 }), node('MatMul', ['x', 'w_single'], ['y'])],
      inputs: [input('x', { type: 'float32', dims: [2, 4] })],
      outputs: ['y'],
      initializers: { w: half(weight) },
    });
    const { model: wide } = await imported(model);
    expect(wide.graph.nodes.map(({ op, inputs }) => [op, inputs])).toEqual([['MatMul', ['x', 'w']]]);
    expect(findParameters(prepareModel(wide).graph).map(({ name }) => name)).toEqual(['w']);
  });
});

describe('what is not of the standard', () => {
  it('is named all at once, and the model can still be looked at', async () => {
    const model = modelOf({
      nodes: [node('acme::Magic', ['x'], ['a']), node('com.microsoft::BeamSearch', ['a'], ['b']), node('acme::Magic', ['b'], ['y'])],
      inputs: ['x'],
      outputs: ['y'],
    });
    const { model: kept, notes } = await imported(model);
    expect(kept.graph.nodes.map(({ op }) => op)).toEqual(['Magic', 'BeamSearch', 'Magic']);
    expect(notes).toHaveLength(1);
    expect(notes[0]).toMatch(/not trained: 2 acme::Magic, com\.microsoft::BeamSearch are not of the ONNX standard.*Attention.*table\.ts adds one/);
  });

  const attention: OneNode = {
    op: 'Attention',
    inputs: [random([1, 2, 4]), random([4, 12], 2), random([12], 3)],
    weights: [1, 2],
    attributes: { num_heads: 2 },
  };
  const refused: readonly (readonly [OneNode, RegExp])[] = [
    [{ ...attention, attributes: { num_heads: 2, past_present_share_buffer: 1 } }, /past and present share one buffer/],
    [{ ...attention, attributes: { num_heads: 2, do_rotary: 1 } }, /tables that the model does not hold/],
    [{ ...attention, inputs: [...attention.inputs, ints([1, 1, 1, 2, 2], [1, 1, 1, 1])] }, /its mask "i3" has 5 dimensions/],
    [
      { op: 'FusedConv', inputs: [random([1, 1, 3, 3]), random([1, 1, 1, 1])], attributes: { activation: 'Magic' } },
      /the activation "Magic" is not known/,
    ],
    [
      {
        op: 'RotaryEmbedding',
        inputs: [random([1, 2, 4]), ints([1, 2], [0, 1], 'int64'), random([4, 1]), random([4, 1])],
        attributes: { is_packed_batching: 1 },
      },
      /packed without padding/,
    ],
    [
      {
        op: 'MatMulNBits',
        inputs: [random([2, 16]), ints([1, 1, 8], new Array(8).fill(3), 'uint8'), random([1])],
        weights: [1, 2],
        attributes: { K: 2 ** 40, N: 1, bits: 4, block_size: 16 },
      },
      /its weights are not 1 × 1099511627776/,
    ],
  ];
  it.each(refused.map(([one, reason]) => [one.op, reason, one] as const))('%s with %s is refused', async (_, reason, one) => {
    await expect(imported(oneNode(one))).rejects.toMatchObject({ code: 'IMPORT_ONNX_OP', message: expect.stringMatching(reason) });
  });

  it('a model of standard operators in single precision stays as it is', async () => {
    const model = modelOf({ nodes: [node('Relu', ['x'], ['y'])], inputs: ['x'], outputs: ['y'], initializers: { unused: weight } });
    const { model: kept, notes } = await imported(model);
    expect(notes).toEqual([]);
    expect(kept.graph).toEqual(model.graph);
  });
});

describe('what looks like a weight and is none', () => {
  it('numbers of the code that an optimiser made initialisers of are constants again', async () => {
    const square: Model = modelOf({
      nodes: [node('MatMul', ['x', 'w'], ['m']), node('Pow', ['m', '/norm/Constant_1_output_0'], ['y'])],
      inputs: [input('x', { type: 'float32', dims: [2, 4] })],
      outputs: ['y'],
      initializers: { w: weight, '/norm/Constant_1_output_0': fromNumbers('float32', [], [2]) },
    });
    const { model } = await imported(square);
    expect(findParameters(prepareModel(model).graph).map(({ name }) => name)).toEqual(['w']);
    const results = await runOnnx(model, { x: random([2, 4], 2) });
    expect(results).toEqual(await runOnnx(square, { x: random([2, 4], 2) }));
  });

  it('tables of cosines and sines', async () => {
    const rotary = oneNode({
      op: 'RotaryEmbedding',
      inputs: [random([1, 2, 2, 4]), ints([1, 2], [0, 1], 'int64'), random([4, 2]), random([4, 2])],
      weights: [2, 3],
    });
    expect(findParameters(prepareModel((await imported(rotary)).model).graph)).toEqual([]);
  });
});

it('each file of external data is read once, however many there are', async () => {
  const names = Array.from({ length: 20 }, (_, index) => `w${index}`);
  const model = modelOf({
    nodes: names.map((name, index) => node('MatMul', [index === 0 ? 'x' : `y${index - 1}`, name], [`y${index}`])),
    inputs: ['x'],
    outputs: ['y19'],
    initializers: Object.fromEntries(names.map((name, index) => [name, random([40, 40], index)])),
  });
  const reads: string[] = [];
  const { bytes, files } = scattered(model);
  const folder = memoryFolder({ 'model.onnx': bytes, ...files });
  const read = (path: string): Promise<Uint8Array> => {
    reads.push(path);
    return folder.root.read(path);
  };
  const { model: whole } = await importFolder({ ...folder, entry: 'model.onnx', root: { ...folder.root, read } });
  expect(whole.graph.initializers).toEqual(model.graph.initializers);
  expect(reads.sort()).toEqual(['model.onnx', ...Object.keys(files)].sort());
});

/** The model with every weight in a file of its own. */
function scattered(model: Model): { readonly bytes: Uint8Array; readonly files: Record<string, Uint8Array> } {
  const proto = fromBinary(ModelProtoSchema, writeModel(model));
  const files: Record<string, Uint8Array> = {};
  for (const tensor of proto.graph?.initializer ?? []) {
    const location = `${tensor.name}.bin`;
    files[location] = tensor.rawData;
    Object.assign(tensor, {
      rawData: new Uint8Array(),
      dataLocation: 1,
      externalData: [{ $typeName: 'onnx.StringStringEntryProto', key: 'location', value: location }],
    });
  }
  return { bytes: toBinary(ModelProtoSchema, proto), files };
}

it('takes the tokenizer along that lies beside the file or in the folder above', async () => {
  const model = modelOf({ nodes: [node('Relu', ['x'], ['y'])], inputs: ['x'], outputs: ['y'] });
  const vocabulary = new TextEncoder().encode('[UNK]');
  const onnx = writeModel(model);
  const above = await importFolder(memoryFolder({ 'onnx/model.onnx': onnx, 'vocab.txt': vocabulary }));
  expect([...(above.files ?? [])]).toEqual([['vocab.txt', vocabulary]]);
  expect((await importFolder(memoryFolder({ 'model.onnx': onnx }))).files).toBeUndefined();
});
