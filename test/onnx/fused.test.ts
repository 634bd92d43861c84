import { describe, expect, it } from 'vitest';
import { modelOf, node } from '../support/graph.js';
import { runOnnx } from '../support/ort.js';
import { compareOneNode, distance, feedsOf, imported, ints, type OneNode, oneNode, random } from './one-node.js';

/** Single precision, sums in another order; ONNX Runtime's own vectorised exp and erf are good to 1e-6. */
const ROUNDING = 1e-5;

const x = random([2, 3, 8]);
const hidden = (seed: number): ReturnType<typeof random> => random([8], seed);

const cases: Readonly<Record<string, OneNode>> = {
  Gelu: { op: 'Gelu', inputs: [x] },
  FastGelu: { op: 'FastGelu', inputs: [x] },
  'FastGelu with bias': { op: 'FastGelu', inputs: [x, hidden(2)] },
  QuickGelu: { op: 'QuickGelu', inputs: [x] },
  'QuickGelu, alpha': { op: 'QuickGelu', inputs: [x], attributes: { alpha: 1.5 } },
  BiasGelu: { op: 'BiasGelu', inputs: [x, hidden(2)] },
  'LayerNormalization of ONNX Runtime': { op: '::SimplifiedLayerNormalization', inputs: [x, hidden(2)], outputs: [0, 1] },
  'SimplifiedLayerNormalization over two dimensions': {
    op: '::SimplifiedLayerNormalization',
    inputs: [x, random([3, 8], 2)],
    attributes: { axis: 1, epsilon: 0.1 },
  },
  SkipLayerNormalization: { op: 'SkipLayerNormalization', inputs: [x, random([2, 3, 8], 2), hidden(3), hidden(4)] },
  'SkipLayerNormalization, everything': {
    op: 'SkipLayerNormalization',
    inputs: [x, random([2, 3, 8], 2), hidden(3), hidden(4), hidden(5)],
    attributes: { epsilon: 0.1 },
    outputs: [0, 3],
  },
  'SkipLayerNormalization, skip broadcast, no shift': { op: 'SkipLayerNormalization', inputs: [x, random([3, 8], 2), hidden(3)] },
  SkipSimplifiedLayerNormalization: { op: 'SkipSimplifiedLayerNormalization', inputs: [x, random([2, 3, 8], 2), hidden(3)] },
  'SkipSimplifiedLayerNormalization, everything': {
    op: 'SkipSimplifiedLayerNormalization',
    inputs: [x, random([2, 3, 8], 2), hidden(3), hidden(4)],
    attributes: { epsilon: 0.1 },
    outputs: [0, 3],
  },
  FusedMatMul: { op: 'FusedMatMul', inputs: [random([2, 3, 4]), random([2, 4, 5])] },
  'FusedMatMul, transposed and scaled': {
    op: 'FusedMatMul',
    inputs: [random([2, 4, 3]), random([2, 5, 4])],
    attributes: { transA: 1, transB: 1, alpha: 0.25 },
  },
  'FusedMatMul, batches moved': {
    op: 'FusedMatMul',
    inputs: [random([3, 2, 4]), random([4, 2, 5])],
    attributes: { transBatchA: 1, transBatchB: 1 },
  },
  'FusedMatMul, all moved': {
    op: 'FusedMatMul',
    inputs: [random([4, 2, 3]), random([5, 2, 4])],
    attributes: { transA: 1, transB: 1, transBatchA: 1, transBatchB: 1 },
  },
  'FusedMatMul, a vector': { op: 'FusedMatMul', inputs: [random([4]), random([4, 5])], attributes: { transA: 1 } },
  FusedGemm: { op: 'FusedGemm', inputs: [random([3, 4]), random([4, 5]), random([5])], attributes: { activation: 'Relu' } },
  'FusedGemm, everything': {
    op: 'FusedGemm',
    inputs: [random([4, 3]), random([5, 4]), random([5])],
    attributes: { activation: 'LeakyRelu', transA: 1, transB: 1, alpha: 0.5, beta: 2 },
    floats: { activation_alpha: 0.3 },
  },
  ...Object.fromEntries(
    (
      [
        ['Relu', []],
        ['Tanh', []],
        ['Sigmoid', []],
        ['LeakyRelu', [0.3]],
        ['Clip', [-0.2, 0.3]],
        ['HardSigmoid', [0.3, 0.4]],
      ] as const
    ).map(([activation, parameters]) => [
      `FusedConv, ${activation}`,
      {
        op: 'FusedConv',
        inputs: [random([1, 4, 6, 5]), random([4, 2, 3, 3], 2), random([4], 3)],
        attributes: { activation, group: 2, pads: [1, 1, 1, 1], strides: [2, 1], kernel_shape: [3, 3] },
        floats: { activation_params: parameters },
      },
    ]),
  ),
  'FusedConv with a sum': {
    op: 'FusedConv',
    inputs: [random([1, 4, 6, 5]), random([4, 4, 3, 3], 2), random([4], 3), random([1, 4, 6, 5], 4)],
    attributes: { activation: 'Relu', auto_pad: 'SAME_UPPER', kernel_shape: [3, 3] },
  },
  GridSample: {
    op: 'GridSample',
    inputs: [random([1, 2, 4, 5]), random([1, 3, 3, 2], 2)],
    attributes: { mode: 'bicubic', padding_mode: 'border', align_corners: 1 },
  },
  Trilu: { op: 'Trilu', inputs: [x, ints([], [1], 'int64')], attributes: { upper: 0 } },
  EmbedLayerNormalization: {
    op: 'EmbedLayerNormalization',
    inputs: [
      ints([2, 3], [1, 0, 4, 2, 2, 1]),
      ints([2, 3], [0, 0, 1, 1, 1, 0]),
      random([5, 8]),
      random([6, 8], 2),
      random([2, 8], 3),
      hidden(4),
      hidden(5),
    ],
    outputs: [0, 1, 2],
    types: { 1: 'int32' },
  },
  'EmbedLayerNormalization, mask and positions': {
    op: 'EmbedLayerNormalization',
    inputs: [
      ints([2, 3], [1, 0, 4, 2, 2, 1]),
      undefined,
      random([5, 8]),
      random([6, 8], 2),
      undefined,
      hidden(4),
      hidden(5),
      ints([2, 3], [1, 1, 0, 1, 1, 1]),
      ints([2, 3], [3, 4, 5, 0, 2, 1]),
    ],
    attributes: { epsilon: 0.1 },
    outputs: [0, 1],
    types: { 1: 'int32' },
  },
};

describe('fused operators', () => {
  it.each(Object.entries(cases))('%s', async (_, one) => {
    expect(await compareOneNode(one)).toBeLessThan(ROUNDING);
  });
});

/** Operators that ONNX Runtime has no CPU kernel for, and the standard nodes that they stand for. */
const without: Readonly<Record<string, readonly [OneNode, readonly ReturnType<typeof node>[]]>> = {
  BiasSplitGelu: [
    { op: 'BiasSplitGelu', inputs: [x, hidden(2)] },
    [
      node('Add', ['i0', 'i1'], ['sum']),
      node('Split', ['sum'], ['left', 'right'], 's', { axis: -1, num_outputs: 2 }),
      node('Gelu', ['right'], ['gate']),
      node('Mul', ['left', 'gate'], ['o0']),
    ],
  ],
  BiasAdd: [{ op: 'BiasAdd', inputs: [x, hidden(2), random([2, 3, 8], 3)] }, [node('Sum', ['i0', 'i1', 'i2'], ['o0'])]],
  GemmFastGelu: [
    { op: 'GemmFastGelu', inputs: [x, random([8, 4], 2), random([4], 3)] },
    [node('MatMul', ['i0', 'i1'], ['m']), node('Add', ['m', 'i2'], ['b']), node('Gelu', ['b'], ['o0'], 'g', { approximate: 'tanh' })],
  ],
  NhwcFusedConv: [
    {
      op: 'NhwcFusedConv',
      inputs: [random([1, 5, 6, 4]), random([3, 4, 3, 3], 2), random([3], 3), random([1, 3, 4, 3], 4)],
      attributes: { activation: 'Relu', kernel_shape: [3, 3] },
    },
    [
      node('Transpose', ['i0'], ['first'], 'first', { perm: [0, 3, 1, 2] }),
      node('Conv', ['first', 'i1', 'i2'], ['c']),
      node('Transpose', ['c'], ['last'], 'last', { perm: [0, 2, 3, 1] }),
      node('Add', ['last', 'i3'], ['a']),
      node('Relu', ['a'], ['o0']),
    ],
  ],
};

describe('operators without a CPU kernel', () => {
  it.each(Object.entries(without))('%s', async (_, [one, nodes]) => {
    const { model } = await imported(oneNode(one));
    const plain = modelOf({ nodes, inputs: model.graph.inputs, outputs: ['o0'] });
    const [expanded, expected] = [await runOnnx(model, feedsOf(one)), await runOnnx(plain, feedsOf(one))];
    expect(distance(expanded['o0'], expected['o0'] ?? expect.fail())).toBeLessThan(ROUNDING);
  });
});
