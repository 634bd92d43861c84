import { describe } from 'vitest';
import { fromNumbers, scalar } from '../../src/core/index.js';
import { constant, feed, float, gradient, ints } from './harness.js';

describe('layout', () => {
  gradient({ op: 'Identity', inputs: [float([2, 3])] });
  for (const [dims, shape] of [
    [
      [2, 3],
      [3, 2],
    ],
    [[2, 3], [-1]],
    [
      [2, 3],
      [0, 1, -1],
    ],
    [[], [1, 1]],
    [[1], []],
    [
      [0, 3],
      [0, 5],
    ],
  ] as const) {
    gradient({ op: 'Reshape', name: `to ${shape}`, inputs: [float(dims), ints(...shape)] });
  }
  for (const [dims, perm] of [
    [
      [2, 3, 4],
      [1, 2, 0],
    ],
    [
      [2, 3, 4],
      [0, 2, 1],
    ],
    [[2, 3, 4], undefined],
    [[5], [0]],
    [[], undefined],
    [
      [2, 0, 3],
      [2, 1, 0],
    ],
  ] as const) {
    gradient({ op: 'Transpose', inputs: [float(dims)], attributes: { perm } });
  }
  gradient({ op: 'Squeeze', inputs: [float([1, 2, 1, 3])] });
  for (const axes of [[0], [-2, 0]]) gradient({ op: 'Squeeze', name: `${axes}`, inputs: [float([1, 2, 1, 3]), ints(...axes)] });
  for (const axes of [[0], [-1, 1], [0, 1]]) gradient({ op: 'Unsqueeze', name: `${axes}`, inputs: [float([2, 3]), ints(...axes)] });
  for (const axis of [0, 1, 3, -1]) gradient({ op: 'Flatten', inputs: [float([2, 3, 4])], attributes: { axis } });
});

describe('repetition and depth', () => {
  for (const [dims, shape] of [
    [
      [3, 1],
      [2, 3, 4],
    ],
    [[2, 3], [1]],
    [[], [2, 2]],
    [
      [1, 3],
      [2, 1],
    ],
    [
      [1, 0],
      [2, 1],
    ],
  ] as const) {
    gradient({ op: 'Expand', name: `to ${shape}`, inputs: [float(dims), ints(...shape)] });
  }
  for (const [dims, repeats] of [
    [
      [2, 3],
      [2, 1],
    ],
    [
      [2, 3],
      [1, 3],
    ],
    [
      [2, 3],
      [2, 3],
    ],
    [
      [2, 1, 3],
      [1, 4, 2],
    ],
    [[2], [1]],
    [
      [2, 3],
      [0, 1],
    ],
    [
      [0, 3],
      [2, 2],
    ],
  ] as const) {
    gradient({ op: 'Tile', name: `${repeats}`, inputs: [float(dims), ints(...repeats)] });
  }
  for (const mode of ['DCR', 'CRD']) gradient({ op: 'DepthToSpace', inputs: [float([2, 12, 2, 3])], attributes: { blocksize: 2, mode } });
  gradient({ op: 'DepthToSpace', inputs: [float([1, 9, 1, 2])], attributes: { blocksize: 3 } });
  gradient({ op: 'SpaceToDepth', inputs: [float([2, 3, 4, 6])], attributes: { blocksize: 2 } });
});

describe('casts', () => {
  gradient({
    op: 'Cast',
    name: 'to double and back',
    inputs: [float([2, 3])],
    build: (b, [x]) => (x ? [b.cast(b.mul(b.cast(x, 'float64'), 2), x.type)] : []),
  });
  gradient({ op: 'CastLike', inputs: [float([2, 3]), constant(scalar('float64', 0))], attributes: {} });
});

describe('slices', () => {
  const slices: readonly (readonly [readonly number[], readonly number[], readonly number[], readonly number[], (readonly number[])?])[] = [
    [[5], [1], [4], [0]],
    [
      [5, 4],
      [1, -3],
      [3, 100],
      [0, 1],
    ],
    [[5, 4], [-2], [-1], [-1]],
    [[7], [0], [7], [0], [2]],
    [[7], [1], [7], [0], [3]],
    [[8], [2], [7], [0], [2]],
    [[7], [6], [-100], [0], [-1]],
    [[7], [5], [0], [0], [-2]],
    [[7], [-1], [-8], [0], [-3]],
    [
      [6, 5, 4],
      [4, 0, 3],
      [0, 5, -10],
      [0, 1, 2],
      [-2, 2, -1],
    ],
    [[5], [3], [3], [0]],
    [[5], [2], [3], [0], [-1]],
    [[0, 3], [0], [2], [0]],
    [[1], [0], [1], [0], [4]],
  ];
  for (const [dims, starts, ends, axes, steps] of slices) {
    const optional = steps ? [ints(...steps)] : [];
    gradient({
      op: 'Slice',
      name: `${starts}:${ends}:${steps ?? 1} of ${axes}`,
      inputs: [float(dims), ints(...starts), ints(...ends), ints(...axes), ...optional],
    });
  }
  gradient({ op: 'Slice', name: 'without axes', inputs: [float([4, 5]), ints(1, 2), ints(3, 4)] });
});

describe('splitting and joining', () => {
  gradient({ op: 'Split', inputs: [float([6, 2])], outputs: 3, attributes: { num_outputs: 3 } });
  gradient({ op: 'Split', name: 'uneven', inputs: [float([2, 7])], outputs: 3, attributes: { axis: -1, num_outputs: 3 } });
  gradient({ op: 'Split', name: 'sizes', inputs: [float([2, 6]), ints(1, 0, 5)], outputs: 3, attributes: { axis: 1 } });
  gradient({ op: 'Split', name: 'one output used', inputs: [float([6, 2]), ints(2, 4)], outputs: 2, used: [1] });
  for (const axis of [0, 1, -1]) gradient({ op: 'Concat', inputs: [float([2, 3]), float([2, 3]), float([2, 3])], attributes: { axis } });
  gradient({ op: 'Concat', inputs: [float([2, 1]), float([2, 0]), float([2, 4])], attributes: { axis: 1 } });
  gradient({ op: 'Concat', inputs: [float([2, 1])], attributes: { axis: 1 } });
  gradient({ op: 'Concat', name: 'same twice', inputs: [float([2, 3])], build: (b, [x]) => [b.op('Concat', [x, x], { axis: 0 })] });
});

describe('padding', () => {
  const pads: readonly (readonly [readonly number[], readonly number[]])[] = [
    [[4], [1, 2]],
    [
      [3, 4],
      [1, 0, 2, 3],
    ],
    [
      [3, 4],
      [0, 1, 0, 0],
    ],
    [
      [1, 4, 5],
      [0, 1, 2, 0, 2, 1],
    ],
  ];
  for (const mode of ['constant', 'reflect', 'edge', 'wrap']) {
    for (const [dims, amounts] of pads) gradient({ op: 'Pad', name: `${amounts}`, inputs: [float(dims), ints(...amounts)], attributes: { mode } });
    gradient({ op: 'Pad', name: 'one axis', inputs: [float([2, 4, 3]), ints(2, 1), undefined, ints(-2)], attributes: { mode } });
  }
  gradient({ op: 'Pad', name: 'value', inputs: [float([3, 4]), ints(1, 0, 2, 3), float([])] });
  gradient({ op: 'Pad', name: 'value, cutting', inputs: [float([3, 4]), ints(-1, 0, 2, -2), float([])] });
  gradient({ op: 'Pad', name: 'nothing', inputs: [float([3, 4]), ints(0, 0, 0, 0)] });
  gradient({ op: 'Pad', name: 'empty', inputs: [float([0, 4]), ints(1, 0, 0, 0)] });
  for (const target of [
    [3, 8],
    [5, 5],
    [6, 4],
  ])
    gradient({ op: 'CenterCropPad', name: `${target}`, inputs: [float([5, 6]), ints(...target)] });
  gradient({ op: 'CenterCropPad', name: 'one axis', inputs: [float([5, 6]), ints(3)], attributes: { axes: [-1] } });
});

describe('order', () => {
  for (const exclusive of [0, 1])
    for (const reverse of [0, 1])
      for (const axis of [0, 1, -1]) {
        gradient({
          op: 'CumSum',
          name: `axis ${axis}`,
          inputs: [float([3, 4]), constant(scalar('int64', axis))],
          attributes: { exclusive, reverse },
        });
      }
  for (const upper of [0, 1]) {
    gradient({ op: 'Trilu', inputs: [float([2, 3, 4])], attributes: { upper } });
    for (const k of [-1, 1, 10])
      gradient({ op: 'Trilu', name: `k=${k}`, inputs: [float([4, 3]), constant(scalar('int64', k))], attributes: { upper } });
  }
  gradient({ op: 'ReverseSequence', inputs: [float([4, 3, 2]), feed(fromNumbers('int64', [3], [1, 4, 2]))] });
  gradient({
    op: 'ReverseSequence',
    inputs: [float([3, 4]), feed(fromNumbers('int64', [3], [1, 4, 2]))],
    attributes: { batch_axis: 0, time_axis: 1 },
  });
  const condition = (dims: readonly number[], ...flags: number[]) => feed(fromNumbers('bool', dims, flags));
  gradient({ op: 'Where', inputs: [condition([2, 3], 1, 0, 0, 1, 1, 0), float([2, 3]), float([2, 3])] });
  gradient({ op: 'Where', inputs: [condition([2, 1], 1, 0), float([3]), float([])] });
  gradient({ op: 'Where', inputs: [condition([1], 1), float([2, 3]), float([3])] });
  gradient({ op: 'Where', inputs: [condition([0]), float([0]), float([1])] });
});

describe('Dropout', () => {
  gradient({ op: 'Dropout', inputs: [float([2, 3])] });
  gradient({ op: 'Dropout', name: 'not training', inputs: [float([2, 3]), constant(scalar('float32', 0.5)), constant(scalar('bool', 0))] });
});

describe('DFT', () => {
  // ONNX Runtime's twiddle factors have float32's π.
  const tolerance64 = 1e-6;
  const axis = (value: number) => constant(scalar('int64', value));
  const length = (value: number) => constant(scalar('int64', value));
  for (const onesided of [0, 1]) {
    for (const n of [4, 5]) gradient({ op: 'DFT', inputs: [float([2, n, 1])], attributes: { onesided }, tolerance64 });
    gradient({ op: 'DFT', name: 'padded', inputs: [float([2, 5, 1]), length(8)], attributes: { onesided }, tolerance64 });
    gradient({ op: 'DFT', name: 'cut', inputs: [float([2, 5, 1]), length(4)], attributes: { onesided }, tolerance64 });
  }
  for (const inverse of [0, 1]) {
    gradient({ op: 'DFT', inputs: [float([2, 6, 2])], attributes: { inverse }, tolerance64 });
    gradient({ op: 'DFT', name: 'axis 0', inputs: [float([3, 4, 2]), undefined, axis(0)], attributes: { inverse }, tolerance64 });
  }
});
