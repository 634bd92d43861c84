import { describe, expect, it } from 'vitest';
import { graphOf, modelOf, node } from '../../../../test/support/graph.js';
import { runOnnx } from '../../../../test/support/ort.js';
import { type DataType, float32, fromNumbers, int64, Random, sizeOf, type Tensor, toNumbers } from '../../../core/index.js';
import type { AttributeValue } from '../attributes.js';
import type { Dim, Graph, Model, Node, ValueInfo } from '../model.js';
import { normalizeModel } from '../normalize.js';
import { upgradeModel } from './index.js';

/** One or more nodes of an old opset: the upgraded ones must compute the same. */
interface OldModel {
  readonly opset: number;
  readonly nodes: readonly Node[];
  readonly inputs: Readonly<Record<string, Tensor>>;
  readonly initializers?: Readonly<Record<string, Tensor>>;
  readonly outputs?: readonly string[];
}

function random(dims: readonly number[], type: DataType = 'float32', seed = 1): Tensor {
  const numbers = new Random(seed, dims.join());
  return fromNumbers(
    type,
    dims,
    Array.from({ length: sizeOf(dims) }, () => numbers.uniform(-2, 2)),
  );
}

const x234 = { x: random([2, 3, 4]) };
const image = { x: random([2, 4, 6, 5]) };

/** The common case: one node `op` over the inputs, one output `y`. */
function one(
  op: string,
  opset: number,
  inputs: Readonly<Record<string, Tensor>>,
  values: Readonly<Record<string, AttributeValue>> = {},
  initializers = {},
): OldModel {
  return { opset, inputs, initializers, nodes: [node(op, [...Object.keys(inputs), ...Object.keys(initializers)], ['y'], 'y', values)] };
}

const END = Number.MAX_SAFE_INTEGER;
const channels = {
  scale: random([4], 'float32', 2),
  shift: random([4], 'float32', 3),
  mean: random([4], 'float32', 4),
  variance: float32([4], [1, 2, 0.5, 3]),
};
const perElement = {
  scale: random([3, 4], 'float32', 2),
  shift: random([3, 4], 'float32', 3),
  mean: random([3, 4], 'float32', 4),
  variance: float32([3, 4], new Array(12).fill(0.7)),
};
const row = (name: string): ValueInfo => ({ name, type: { kind: 'tensor', type: 'float32', dims: [3] } });
const sumBody: Graph = graphOf({
  nodes: [node('Add', ['s', 'e'], ['t']), node('Identity', ['t'], ['o'])],
  inputs: [row('s'), row('e')],
  outputs: [row('t'), row('o')],
});
const softmaxBranch = (name: string, axis: number): Graph => graphOf({ nodes: [node('Softmax', ['x'], [name], name, { axis })], outputs: [name] });
const REDUCTIONS = ['ReduceL1', 'ReduceL2', 'ReduceLogSumExp', 'ReduceMax', 'ReduceMean', 'ReduceMin', 'ReduceProd', 'ReduceSum', 'ReduceSumSquare'];

const cases: Readonly<Record<string, OldModel>> = {
  'Softmax 11, default axis': one('Softmax', 11, x234),
  'Softmax 7, axis 2': one('Softmax', 7, image, { axis: 2 }),
  'Softmax 11, axis 0': one('Softmax', 11, x234, { axis: 0 }),
  'Softmax 11, axis -2': one('Softmax', 11, x234, { axis: -2 }),
  'Softmax 11, last axis': one('Softmax', 11, x234, { axis: -1 }),
  'Softmax 11, ones behind the axis': one('Softmax', 11, { x: random([2, 5, 1, 1]) }),
  'LogSoftmax 11': one('LogSoftmax', 11, x234),
  'Hardmax 11': one('Hardmax', 11, x234),
  'Squeeze 11': one('Squeeze', 11, { x: random([1, 3, 1, 2]) }, { axes: [0, -2] }),
  'Squeeze 7, all': one('Squeeze', 7, { x: random([1, 3, 1, 2]) }),
  'Unsqueeze 7': one('Unsqueeze', 7, x234, { axes: [0, 4] }),
  ...Object.fromEntries(
    REDUCTIONS.flatMap((op) => [
      [`${op} 11, axes`, one(op, 11, x234, { axes: [0, -1], keepdims: 0 })],
      [`${op} 7, all`, one(op, 7, x234)],
    ]),
  ),
  'ReduceMean 13': one('ReduceMean', 13, x234, { axes: [1] }),
  'Split 7, sizes': { opset: 7, inputs: x234, nodes: [node('Split', ['x'], ['a', 'b'], 's', { axis: 2, split: [1, 3] })], outputs: ['a', 'b'] },
  'Split 11, equal': { opset: 11, inputs: x234, nodes: [node('Split', ['x'], ['a', 'b'], 's', { axis: 2 })], outputs: ['a', 'b'] },
  'Split 13, equal': { opset: 13, inputs: x234, nodes: [node('Split', ['x'], ['a', 'b'], 's', { axis: 2 })], outputs: ['a', 'b'] },
  'Slice 7': one('Slice', 7, image, { starts: [1, -2], ends: [END, END], axes: [1, 3] }),
  'Slice 9, all axes': one('Slice', 9, x234, { starts: [0, 1, 1], ends: [1, END, -1] }),
  'Pad 7, value': {
    ...one('Pad', 7, x234),
    nodes: [
      { ...node('Pad', ['x'], ['y']), attributes: { pads: { kind: 'ints', value: [0, 1, 0, 0, 0, 2] }, value: { kind: 'float', value: 1.5 } } },
    ],
  },
  'Pad 7, reflect': one('Pad', 7, x234, { pads: [0, 1, 0, 0, 0, 2], mode: 'reflect' }),
  'Pad 10, of doubles': one('Pad', 10, { x: random([2, 3], 'float64') }, { pads: [0, 1, 1, 0] }),
  'TopK 9': { opset: 9, inputs: x234, nodes: [node('TopK', ['x'], ['v', 'i'], 't', { k: 2, axis: 1 })], outputs: ['v', 'i'] },
  'Clip 7, both bounds': { ...one('Clip', 7, x234), nodes: [clip({ min: -0.5, max: 1 })] },
  'Clip 10, one bound': { ...one('Clip', 10, x234), nodes: [clip({ min: 0 })] },
  'Clip 9, no bound': one('Clip', 9, x234),
  'Clip 7, of a value no rule knows': {
    opset: 9,
    inputs: { c: fromNumbers('bool', [4], [1, 0, 1, 1]), x: random([4]) },
    nodes: [node('Compress', ['x', 'c'], ['k'], 'k', { axis: 0 }), { ...clip({ max: 0.5 }), inputs: ['k'] }],
  },
  'GroupNormalization 18': one('GroupNormalization', 18, image, { num_groups: 2 }, { s: random([2]), b: random([2], 'float32', 5) }),
  'Dropout 7': one('Dropout', 7, x234, { ratio: 0.5 }),
  'Dropout 10': one('Dropout', 10, x234),
  'BatchNormalization 7': one('BatchNormalization', 7, image, { epsilon: 0.01 }, channels),
  'BatchNormalization 9': one('BatchNormalization', 9, image, {}, channels),
  'BatchNormalization 7, not spatial': one('BatchNormalization', 7, x234, { spatial: 0, epsilon: 0.1 }, perElement),
  'Upsample 7, nearest': { ...one('Upsample', 7, image), nodes: [upsample('nearest', [1, 1, 2, 3])] },
  'Upsample 7, linear': { ...one('Upsample', 7, image), nodes: [upsample('linear', [1, 1, 2, 3])] },
  'Upsample 9, nearest': one('Upsample', 9, image, { mode: 'nearest' }, { s: float32([4], [1, 1, 2, 2]) }),
  'Upsample 9, fraction': one('Upsample', 9, image, { mode: 'linear' }, { s: float32([4], [1, 1, 1.5, 2.2]) }),
  'Resize 10, nearest up': one('Resize', 10, image, { mode: 'nearest' }, { s: float32([4], [1, 1, 1.7, 2]) }),
  'Resize 10, nearest down': one('Resize', 10, image, { mode: 'nearest' }, { s: float32([4], [1, 1, 0.6, 0.5]) }),
  'Resize 10, linear down': one('Resize', 10, image, { mode: 'linear' }, { s: float32([4], [1, 1, 0.6, 0.5]) }),
  'Resize 11, sizes': one('Resize', 11, image, { mode: 'linear' }, { r: float32([0], []), s: float32([0], []), z: int64([4], [2, 4, 7, 9]) }),
  'Resize 11, align corners': one(
    'Resize',
    11,
    image,
    { mode: 'linear', coordinate_transformation_mode: 'align_corners' },
    { r: float32([0], []), s: float32([4], [1, 1, 2, 2]) },
  ),
  ...Object.fromEntries(
    ['floor', 'round_prefer_floor'].map((mode) => [
      `Resize 11, TensorFlow's nearest, ${mode}`,
      one(
        'Resize',
        11,
        image,
        { mode: 'nearest', coordinate_transformation_mode: 'tf_half_pixel_for_nn', nearest_mode: mode },
        { r: float32([0], []), s: float32([4], [1, 1, 2.5, 0.7]) },
      ),
    ]),
  ),
  'Scatter 9': one('Scatter', 9, { x: random([3, 3]), i: int64([2, 3], [1, 0, 2, 0, 2, 1]), u: random([2, 3]) }),
  'Gemm 7': one('Gemm', 7, { a: random([3, 2]), b: random([4, 3]), c: random([4]) }, { transA: 1, transB: 1, beta: 0.5 }),
  'PRelu 7': one('PRelu', 7, image, {}, { s: random([4, 1, 1]) }),
  'OneHot 9': one('OneHot', 9, { i: int64([3], [0, 2, 1]) }, {}, { d: int64([], [3]), v: float32([2], [-1, 4]) }),
  'RoiAlign 10': one(
    'RoiAlign',
    10,
    { x: random([1, 2, 8, 8]), r: float32([2, 4], [0, 0, 6, 6, 1, 2, 5, 7]) },
    { output_height: 2, output_width: 2, sampling_ratio: 2 },
    { b: int64([2], [0, 0]) },
  ),
  ...Object.fromEntries(
    ['bilinear', 'bicubic', 'nearest'].map((mode) => [
      `GridSample 16, ${mode}`,
      one('GridSample', 16, { x: random([1, 2, 4, 5]), g: random([1, 3, 3, 2]) }, { mode }),
    ]),
  ),
  'DFT 17': one('DFT', 17, { x: random([1, 6, 4, 1]) }, { axis: 2 }),
  'DFT 17, inverse': one('DFT', 17, { x: random([1, 6, 4, 2]) }, { inverse: 1 }),
  'AveragePool 7': one('AveragePool', 7, image, { kernel_shape: [3, 2], pads: [1, 0, 1, 1], strides: [2, 1], count_include_pad: 1 }),
  'MaxPool 8': {
    opset: 8,
    inputs: image,
    nodes: [node('MaxPool', ['x'], ['y', 'i'], 'p', { kernel_shape: [2, 2], strides: [2, 2] })],
    outputs: ['y', 'i'],
  },
  'LpPool 7': one('LpPool', 7, image, { kernel_shape: [2, 2], p: 2 }),
  'QuantizeLinear 10': one('QuantizeLinear', 10, x234, {}, { s: float32([], [0.1]), z: fromNumbers('uint8', [], [100]) }),
  'DequantizeLinear 10': one(
    'DequantizeLinear',
    10,
    { q: fromNumbers('uint8', [4], [0, 3, 200, 255]) },
    {},
    { s: float32([], [0.1]), z: fromNumbers('uint8', [], [100]) },
  ),
  'NonMaxSuppression 10': one(
    'NonMaxSuppression',
    10,
    { b: float32([1, 3, 4], [0, 0, 1, 1, 0, 0.1, 1, 1.1, 0, 5, 1, 6]), s: float32([1, 1, 3], [0.9, 0.8, 0.7]) },
    {},
    { m: int64([1], [3]), t: float32([1], [0.5]), f: float32([1], [0]) },
  ),
  'Flatten 7': one('Flatten', 7, image, { axis: 2 }),
  'Reshape 7': one('Reshape', 7, x234, {}, { s: int64([2], [0, -1]) }),
  'DepthToSpace 7': one('DepthToSpace', 7, image, { blocksize: 2 }),
  'Cast 7': one('Cast', 7, x234, { to: 7 }),
  'LSTM 7': one('LSTM', 7, { x: random([3, 2, 4]) }, { hidden_size: 3 }, { w: random([1, 12, 4]), r: random([1, 12, 3]) }),
  'GRU 7': one('GRU', 7, { x: random([3, 2, 4]) }, { hidden_size: 3, linear_before_reset: 1 }, { w: random([1, 9, 4]), r: random([1, 9, 3]) }),
  'Scan 8': {
    opset: 8,
    inputs: { s: random([2, 3]), e: random([2, 5, 3]) },
    nodes: [node('Scan', ['', 's', 'e'], ['f', 'o'], 'scan', { body: sumBody, num_scan_inputs: 1 })],
    outputs: ['f', 'o'],
  },
  'Scan 8, backwards': {
    opset: 8,
    inputs: { s: random([2, 3]), e: random([2, 5, 3]) },
    nodes: [node('Scan', ['', 's', 'e'], ['f', 'o'], 'scan', { body: sumBody, num_scan_inputs: 1, directions: [1] })],
    outputs: ['f', 'o'],
  },
  'Softmax 11 inside If': {
    opset: 11,
    inputs: { c: fromNumbers('bool', [], [1]), ...x234 },
    nodes: [node('If', ['c'], ['y'], 'if', { then_branch: softmaxBranch('p', 1), else_branch: softmaxBranch('q', 2) })],
  },
  'a chain of old ops': {
    opset: 9,
    inputs: image,
    nodes: [
      node('GlobalAveragePool', ['x'], ['g']),
      node('Squeeze', ['g'], ['s'], 's', { axes: [2, 3] }),
      node('Softmax', ['s'], ['p']),
      node('Unsqueeze', ['p'], ['u'], 'u', { axes: [0] }),
      node('ReduceMean', ['u'], ['y'], 'y', { axes: [2] }),
    ],
  },
};

function clip(bounds: { readonly min?: number; readonly max?: number }): Node {
  const entries = Object.entries(bounds).map(([name, value]) => [name, { kind: 'float', value }]);
  return { ...node('Clip', ['x'], ['y']), attributes: Object.fromEntries(entries) };
}

function upsample(mode: string, scales: readonly number[]): Node {
  return { ...node('Upsample', ['x'], ['y']), attributes: { mode: { kind: 'string', value: mode }, scales: { kind: 'floats', value: scales } } };
}

const KNOWLEDGE = ['static shapes', 'symbolic shapes', 'unknown ranks'] as const;

function declare(name: string, { type, dims }: Tensor, knowledge: (typeof KNOWLEDGE)[number]): ValueInfo {
  const symbols: readonly Dim[] = dims.map((_, axis) => `${name}${axis}`);
  return { name, type: { kind: 'tensor', type, dims: knowledge === 'static shapes' ? dims : knowledge === 'symbolic shapes' ? symbols : undefined } };
}

function build({ opset, nodes, inputs, initializers, outputs = ['y'] }: OldModel, knowledge: (typeof KNOWLEDGE)[number]): Model {
  const infos = Object.entries(inputs).map(([name, tensor]) => declare(name, tensor, knowledge));
  const unknown = (name: string): ValueInfo => ({ name, type: { kind: 'tensor', type: 'unknown', dims: undefined } });
  return modelOf({ nodes, inputs: infos, outputs: outputs.map(unknown), ...(initializers && { initializers }) }, opset);
}

function expectClose(actual: Readonly<Record<string, Tensor>>, expected: Readonly<Record<string, Tensor>>): void {
  for (const [name, tensor] of Object.entries(expected)) {
    const other = actual[name];
    expect({ type: other?.type, dims: other?.dims }).toEqual({ type: tensor.type, dims: tensor.dims });
    const numbers = other ? toNumbers(other) : [];
    toNumbers(tensor).forEach((value, index) => {
      // The same kernels run; only a change of order in a sum may round differently.
      expect(Math.abs((numbers[index] ?? Number.NaN) - value)).toBeLessThanOrEqual(1e-6 * (1 + Math.abs(value)));
    });
  }
}

describe.each(KNOWLEDGE)('upgraded nodes compute the same, with %s', (knowledge) => {
  it.each(Object.keys(cases))('%s', async (name) => {
    const old = cases[name] as OldModel;
    const model = build(old, knowledge);
    const upgraded = upgradeModel(model);
    expect(upgraded.opsets.get('')).toBe(21);
    const expected = await runOnnx(model, old.inputs);
    expectClose(await runOnnx(upgraded, old.inputs), expected);
    expectClose(await runOnnx(normalizeModel(model), old.inputs), expected);
  });
});
