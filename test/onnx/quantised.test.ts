import { create, toBinary } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { fromNumbers, sizeOf, type Tensor, toNumbers } from '../../src/core/index.js';
import { TensorProtoSchema } from '../../src/engine/graph/generated/onnx_pb.js';
import type { AttributeValue, Model, OpaqueTensor } from '../../src/engine/graph/index.js';
import { input, modelOf, node } from '../support/graph.js';
import { runOnnx } from '../support/ort.js';
import { compareOneNode, imported, ints, type OneNode, random } from './one-node.js';

/** A tensor on the grid of its scale, so that quantising it loses nothing. */
interface Grid {
  readonly values: Tensor;
  readonly scale: Tensor;
  readonly zero: Tensor;
}

const STEP = 1 / 32;
const one = (value: number): Tensor => fromNumbers('float32', [], [value]);

function grid(dims: readonly number[], seed: number, zero = 128): Grid {
  const levels = toNumbers(random(dims, seed, -1, 1)).map((value) => Math.round(value / STEP) * STEP);
  return { values: fromNumbers('float32', dims, levels), scale: one(STEP), zero: ints([], [zero], 'uint8') };
}

/** Weights in int8 with a scale a channel of `axis`, or one for all. */
function weights(dims: readonly number[], seed: number, channels?: number): { readonly data: Tensor; readonly scale: Tensor; readonly zero: Tensor } {
  const data = fromNumbers('int8', dims, toNumbers(random(dims, seed, -100, 100)).map(Math.round));
  const scale = channels === undefined ? one(0.01) : random([channels], seed + 1, 0.005, 0.02);
  return { data, scale, zero: fromNumbers('int8', scale.dims, new Array<number>(sizeOf(scale.dims)).fill(channels === undefined ? 3 : 0)) };
}

/** Operands are quantised, given to one operator in the QOperator format, and its result is dequantised. */
interface Quantised {
  readonly op: string;
  readonly operands: readonly Grid[];
  /** The operator's inputs: values, scales and zero points of the operands by `q0`, `s0`, `z0`, …, of the result by `s` and `z`. */
  readonly inputs: readonly string[];
  readonly more?: Readonly<Record<string, Tensor>>;
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
  readonly scale: number;
  readonly zero?: number;
}

function quantised({ op, operands, inputs, more = {}, attributes = {}, scale, zero = 128 }: Quantised): Model {
  const parts = operands.map((_, i) => node('QuantizeLinear', [`x${i}`, `s${i}`, `z${i}`], [`q${i}`]));
  const tables = operands.flatMap(({ scale: step, zero: origin }, i) => [[`s${i}`, step] as const, [`z${i}`, origin] as const]);
  const model = modelOf({
    nodes: [...parts, node(op, inputs, ['y_quantized'], 'y_quantized', attributes), node('DequantizeLinear', ['y_quantized', 's', 'z'], ['y'])],
    inputs: operands.map(({ values }, i) => input(`x${i}`, values)),
    outputs: ['y'],
    initializers: { ...Object.fromEntries(tables), s: one(scale), z: ints([], [zero], 'uint8'), ...more },
  });
  return { ...model, opsets: new Map([...model.opsets, ['com.microsoft', 1]]) };
}

const image = grid([2, 4, 6, 6], 1);
const [w, perChannel] = [weights([3, 4, 3, 3], 2), weights([3, 4, 3, 3], 3, 3)];
const matrix = weights([5, 3], 4, 3);
const M = 'com.microsoft::';
const unary = (op: string, scale: number, zero: number, attributes = {}): Quantised => ({
  op: M + op,
  operands: [image],
  inputs: ['q0', 's0', 'z0', 's', 'z'],
  scale,
  zero,
  attributes,
});
const binary = (op: string): Quantised => ({
  op: M + op,
  operands: [image, grid([2, 4, 6, 6], 5, 120)],
  inputs: ['q0', 's0', 'z0', 'q1', 's1', 'z1', 's', 'z'],
  scale: 1 / 50,
});

const operators: Readonly<Record<string, Quantised>> = {
  QLinearConv: {
    op: 'QLinearConv',
    operands: [image],
    inputs: ['q0', 's0', 'z0', 'w', 'ws', 'wz', 's', 'z'],
    more: { w: w.data, ws: w.scale, wz: w.zero },
    scale: 0.1,
  },
  'QLinearConv, scale a channel, bias': {
    op: 'QLinearConv',
    operands: [image],
    inputs: ['q0', 's0', 'z0', 'w', 'ws', 'wz', 's', 'z', 'b'],
    more: { w: perChannel.data, ws: perChannel.scale, wz: perChannel.zero, b: ints([3], [900, -2000, 300]) },
    attributes: { pads: [1, 1, 1, 1], strides: [2, 2] },
    scale: 0.1,
  },
  'QLinearConv that cuts off at 0': {
    op: 'QLinearConv',
    operands: [image],
    inputs: ['q0', 's0', 'z0', 'w', 'ws', 'wz', 's', 'z'],
    more: { w: w.data, ws: w.scale, wz: w.zero },
    scale: 0.1,
    zero: 0,
  },
  QLinearMatMul: {
    op: 'QLinearMatMul',
    operands: [grid([2, 4, 5], 6)],
    inputs: ['q0', 's0', 'z0', 'w', 'ws', 'wz', 's', 'z'],
    more: { w: matrix.data, ws: matrix.scale, wz: matrix.zero },
    scale: 0.05,
  },
  'QGemm, transposed': {
    op: `${M}QGemm`,
    operands: [grid([4, 5], 6)],
    inputs: ['q0', 's0', 'z0', 'w', 'ws', 'wz', 'b', 's', 'z'],
    more: { w: weights([3, 5], 4, 3).data, ws: matrix.scale, wz: matrix.zero, b: ints([3], [900, -2000, 300]) },
    attributes: { transB: 1 },
    scale: 0.05,
  },
  QLinearAdd: binary('QLinearAdd'),
  QLinearMul: binary('QLinearMul'),
  QLinearAveragePool: unary('QLinearAveragePool', 1 / 100, 128, { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1], count_include_pad: 1 }),
  QLinearGlobalAveragePool: unary('QLinearGlobalAveragePool', 1 / 200, 128),
  QLinearLeakyRelu: unary('QLinearLeakyRelu', 1 / 64, 64, { alpha: 0.1 }),
  QLinearSigmoid: unary('QLinearSigmoid', 1 / 256, 0),
  'QLinearSoftmax 13': unary('QLinearSoftmax', 1 / 256, 0, { opset: 13, axis: 3 }),
  'QLinearSoftmax 11': unary('QLinearSoftmax', 1 / 1024, 0, { opset: 11, axis: 2 }),
  QLinearConcat: {
    op: `${M}QLinearConcat`,
    operands: [image, grid([2, 2, 6, 6], 5, 120)],
    inputs: ['s', 'z', 'q0', 's0', 'z0', 'q1', 's1', 'z1'],
    attributes: { axis: 1 },
    scale: 1 / 60,
  },
  QLinearWhere: {
    op: `${M}QLinearWhere`,
    operands: [image, grid([2, 4, 6, 6], 5, 120)],
    inputs: ['c', 'q0', 's0', 'z0', 'q1', 's1', 'z1', 's', 'z'],
    more: { c: fromNumbers('bool', [6], [1, 0, 0, 1, 1, 0]) },
    scale: 1 / 60,
  },
};

/** The imported model holds no quantised operator; the largest difference between its result and the original's. */
async function difference(model: Model, feeds: Readonly<Record<string, Tensor>>): Promise<number> {
  const { model: real } = await imported(model);
  expect(real.graph.nodes.map(({ op }) => op).filter((op) => /quantize|QLinear|QGemm/i.test(op))).toEqual([]);
  const [before, after] = [await runOnnx(model, feeds), await runOnnx(real, feeds)];
  expect(after['y']?.dims).toEqual(before['y']?.dims);
  const actual = toNumbers(after['y'] as Tensor);
  return Math.max(...toNumbers(before['y'] as Tensor).map((value, i) => Math.abs(value - (actual[i] ?? Number.NaN))));
}

describe('operators on quantised values', () => {
  it.each(Object.entries(operators))('%s', async (_, one) => {
    const feeds = Object.fromEntries(one.operands.map(({ values }, i) => [`x${i}`, values]));
    // The result alone is rounded, to the grid of its scale; ONNX Runtime may round twice.
    expect(await difference(quantised(one), feeds)).toBeLessThan(1.01 * one.scale);
  });
});

it('QLinearReduceMean, for which ONNX Runtime has no kernel any more, is the mean', async () => {
  const { model } = await imported(quantised(unary('QLinearReduceMean', 1 / 200, 128, { axes: [2, 3], keepdims: 0 })));
  const results = await runOnnx(model, { x0: image.values });
  const plain = modelOf({
    nodes: [node('ReduceMean', ['x', 'axes'], ['y'], 'y', { keepdims: 0 })],
    inputs: [input('x', image.values)],
    outputs: ['y'],
    initializers: { axes: ints([2], [2, 3], 'int64') },
  });
  expect(results['y']).toEqual((await runOnnx(plain, { x: image.values }))['y']);
});

describe('values that stay quantised from one operator to the next', () => {
  const moved: Readonly<Record<string, readonly ReturnType<typeof node>[]>> = {
    MaxPool: [node('MaxPool', ['q'], ['m'], 'm', { kernel_shape: [2, 2] })],
    'Reshape and Transpose': [node('Reshape', ['q', 'shape'], ['r']), node('Transpose', ['r'], ['m'], 'm', { perm: [1, 0, 2] })],
    Concat: [node('Concat', ['q', 'q'], ['m'], 'm', { axis: 1 })],
    Gather: [node('Gather', ['q', 'index'], ['m'], 'm', { axis: 1 })],
    'Pad with a quantised number': [node('Pad', ['q', 'pads', 'filler'], ['m'])],
    Split: [node('Split', ['q'], ['m', 'n'], 'm', { axis: 1, num_outputs: 2 })],
  };
  it.each(Object.entries(moved))('%s', async (_, nodes) => {
    const model = modelOf({
      nodes: [node('QuantizeLinear', ['x', 's', 'z'], ['q']), ...nodes, node('DequantizeLinear', ['m', 's', 'z'], ['y'])],
      inputs: [input('x', image.values)],
      outputs: ['y'],
      initializers: {
        s: image.scale,
        z: image.zero,
        shape: ints([3], [2, 4, 36], 'int64'),
        index: ints([2], [3, 1], 'int64'),
        pads: ints([8], [0, 0, 1, 1, 0, 0, 1, 1], 'int64'),
        filler: ints([], [96], 'uint8'),
      },
    });
    // On the grid nothing is rounded.
    expect(await difference(model, { x: image.values })).toBe(0);
  });

  it('weights that were an embedding', async () => {
    const table = weights([7, 5], 8);
    const model = modelOf({
      nodes: [node('Gather', ['table_quantized', 'ids'], ['rows']), node('DequantizeLinear', ['rows', 's', 'z'], ['y'])],
      inputs: [input('ids', { type: 'int64', dims: [2, 3] })],
      outputs: ['y'],
      initializers: { table_quantized: table.data, s: table.scale, z: table.zero },
    });
    expect(await difference(model, { ids: ints([2, 3], [0, 1, 2, 6, 5, 4], 'int64') })).toBe(0);
    expect([...(await imported(model)).model.graph.initializers.keys()]).toEqual(['table']);
  });

  it('an output of the model that is quantised is given as real numbers', async () => {
    const model = modelOf({
      nodes: [node('QuantizeLinear', ['x', 's', 'z'], ['q']), node('MaxPool', ['q'], ['y'], 'y', { kernel_shape: [2, 2] })],
      inputs: [input('x', image.values)],
      outputs: [input('y', { type: 'uint8', dims: [2, 4, 5, 5] })],
      initializers: { s: image.scale, z: image.zero },
    });
    const { model: real } = await imported(model);
    expect(real.graph.outputs).toEqual([input('y', { type: 'float32', dims: [2, 4, 5, 5] })]);
    expect(real.graph.nodes.some(({ op }) => op === 'QuantizeLinear')).toBe(false);
    const [before, after] = [await runOnnx(model, { x: image.values }), await runOnnx(real, { x: image.values })];
    expect(toNumbers(after['y'] as Tensor)).toEqual(toNumbers(before['y'] as Tensor).map((level) => (level - 128) * STEP));
  });

  it('an input of the model that is quantised is dequantised', async () => {
    const model = modelOf({
      nodes: [node('DequantizeLinear', ['x', 's', 'z'], ['y'])],
      inputs: [input('x', { type: 'uint8', dims: [4] })],
      outputs: ['y'],
      initializers: { s: image.scale, z: image.zero },
    });
    const { model: real } = await imported(model);
    expect(real.graph.nodes.map(({ op }) => op)).toEqual(['DequantizeLinear']);
  });

  it('weights in blocks, and a scale an index of an axis', async () => {
    const data = ints(
      [4, 6],
      Array.from({ length: 24 }, (_, i) => i - 12),
      'int8',
    );
    for (const [scale, axis, block] of [
      [random([4, 3], 9, 0.1, 0.2), 1, 2],
      [random([2, 6], 9, 0.1, 0.2), 0, 2],
      [random([6], 9, 0.1, 0.2), -1, 0],
    ] as const) {
      const model = modelOf({
        nodes: [node('DequantizeLinear', ['w', 's'], ['d'], 'd', { axis, block_size: block }), node('Add', ['x', 'd'], ['y'])],
        inputs: [input('x', { type: 'float32', dims: [1] })],
        outputs: ['y'],
        initializers: { w: data, s: scale },
      });
      expect(await difference(model, { x: fromNumbers('float32', [1], [0]) })).toBe(0);
    }
  });
});

/** Four bits each, as INT4 (22) or UINT4 (21). */
function fourBits(dims: readonly number[], element: 21 | 22, bytes: readonly number[], isRaw = true): OpaqueTensor {
  const data = isRaw ? { rawData: Uint8Array.from(bytes) } : { int32Data: [...bytes] };
  const proto = create(TensorProtoSchema, { dims: dims.map(BigInt), dataType: element, ...data });
  return { type: 'opaque', dims, element, encoding: 'dense', bytes: toBinary(TensorProtoSchema, proto) };
}

describe('weights of four bits', () => {
  it.each([
    ['INT4', fourBits([3, 4], 22, [0x7f, 0x80, 0x21, 0x9c, 0x35, 0xe6]), fourBits([3, 2], 22, [0x1f, 0x02, 0x73])],
    ['UINT4', fourBits([3, 4], 21, [0x7f, 0x80, 0x21, 0x9c, 0x35, 0xe6]), fourBits([3, 2], 21, [0x1f, 0x02, 0x73])],
    ['INT4 in a typed field', fourBits([3, 4], 22, [0x7f, 0x80, 0x21, 0x9c, 0x35, 0xe6], false), fourBits([3, 2], 22, [0x1f, 0x02, 0x73], false)],
  ])('%s', async (_, w, z) => {
    const model = modelOf({
      nodes: [node('DequantizeLinear', ['w_Q4', 's', 'z'], ['d'], 'd', { axis: 1, block_size: 2 }), node('Add', ['x', 'd'], ['y'])],
      inputs: [input('x', { type: 'float32', dims: [1] })],
      outputs: ['y'],
      initializers: { w_Q4: w, s: random([3, 2], 9, 0.1, 0.2), z },
    });
    expect(await difference(model, { x: fromNumbers('float32', [1], [0]) })).toBe(0);
    expect([...(await imported(model)).model.graph.initializers.keys()]).toEqual(['w']);
  });
});

function packed(dims: readonly number[], seed: number): Tensor {
  return fromNumbers('uint8', dims, toNumbers(random(dims, seed, 0, 255)).map(Math.round));
}

function bits(rest: { readonly bits: number; readonly K: number; readonly zeros?: Tensor; readonly bias?: Tensor }): OneNode {
  const { bits, K, zeros, bias } = rest;
  const blocks = Math.ceil(K / 16);
  return {
    op: 'MatMulNBits',
    inputs: [random([2, 3, K]), packed([5, blocks, 2 * bits], 2), random([5, blocks], 3, 0.01, 0.1), zeros, undefined, bias],
    weights: [1, 2, 3, 5],
    attributes: { K, N: 5, bits, block_size: 16 },
  };
}

const W = weights([8, 5], 11, 5);
const layers: Readonly<Record<string, OneNode>> = {
  'MatMulNBits, 4 bits': bits({ bits: 4, K: 32 }),
  'MatMulNBits, 4 bits, zero points': bits({ bits: 4, K: 48, zeros: packed([5, 2], 4) }),
  'MatMulNBits, 4 bits, a broken block, bias': bits({ bits: 4, K: 40, bias: random([5], 5) }),
  'MatMulNBits, 4 bits, real zero points': bits({ bits: 4, K: 32, zeros: random([5, 2], 6, 0, 15) }),
  'MatMulNBits, 8 bits': bits({ bits: 8, K: 32 }),
  'MatMulNBits, 2 bits': bits({ bits: 2, K: 32 }),
  GatherBlockQuantized: {
    op: 'GatherBlockQuantized',
    inputs: [packed([7, 16], 2), ints([2, 2], [0, 3, 6, 1], 'int64'), random([7, 2], 3, 0.01, 0.1), packed([7, 1], 4)],
    weights: [0, 2, 3],
    attributes: { bits: 4, block_size: 16, gather_axis: 0, quantize_axis: 1 },
  },
};

/** Activations are rounded to 1/255 of their range as they come: eight products of at most 2 each, a few of them half a step off. */
const ROUNDED = 0.05;
const dynamic: Readonly<Record<string, OneNode>> = {
  DynamicQuantizeMatMul: { op: 'DynamicQuantizeMatMul', inputs: [random([3, 8]), W.data, W.scale, W.zero, random([5], 12)], weights: [1, 2, 3, 4] },
  'DynamicQuantizeMatMul, one scale': { op: 'DynamicQuantizeMatMul', inputs: [random([3, 8]), W.data, one(0.01)], weights: [1, 2] },
  DynamicQuantizeLSTM: {
    op: 'DynamicQuantizeLSTM',
    inputs: [
      random([3, 2, 4]),
      weights([1, 4, 12], 13).data,
      weights([1, 3, 12], 14).data,
      random([1, 24], 15),
      undefined,
      undefined,
      undefined,
      undefined,
      fromNumbers('float32', [1], [0.005]),
      ints([1], [0], 'int8'),
      fromNumbers('float32', [1], [0.005]),
      ints([1], [0], 'int8'),
    ],
    weights: [1, 2, 3, 8, 9, 10, 11],
    attributes: { hidden_size: 3 },
    outputs: [0, 1, 2],
  },
};

describe('layers with quantised weights', () => {
  it.each(Object.entries(layers))('%s', async (_, one) => {
    // Single precision, sums in another order.
    expect(await compareOneNode(one)).toBeLessThan(1e-5);
  });
  it.each(Object.entries(dynamic))('%s', async (_, one) => {
    expect(await compareOneNode(one)).toBeLessThan(ROUNDED);
  });
});
