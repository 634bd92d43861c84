import { describe } from 'vitest';
import type { GraphBuilder, Value } from '../../src/engine/graph/index.js';
import { float, frozen, gradient } from './harness.js';

type Operands = readonly (Value | undefined)[];

const shapes = [
  [3, 4, 5, 2],
  [6, 3],
  [2, 3, 7],
  [2, 3, 2, 3, 2],
  [4, 1, 1, 1],
];

/** [C] to [C, 1, …]. */
function channels(b: GraphBuilder, value: Value | undefined, rank: number): Value {
  const x = value as Value;
  return b.reshape(x, [x.dims[0] as number, ...Array<number>(rank - 2).fill(1)]);
}

/** (x − μ)/√(σ² + ε) over `axes`. */
function standardised(b: GraphBuilder, x: Value, axes: readonly number[], epsilon: number): Value {
  const centred = b.sub(x, b.reduceMean(x, axes));
  return b.div(centred, b.sqrt(b.add(b.reduceMean(b.mul(centred, centred), axes), epsilon)));
}

describe('BatchNormalization', () => {
  for (const dims of shapes) {
    const c = [dims[1] as number];
    const statistics = [frozen(float(c)), frozen(float(c, 0.5, 2))];
    gradient({ op: 'BatchNormalization', name: 'eval', inputs: [float(dims), float(c), float(c), ...statistics], attributes: { epsilon: 1e-3 } });
    gradient({
      op: 'BatchNormalization',
      name: 'train',
      inputs: [float(dims), float(c), float(c), ...statistics],
      attributes: { training_mode: 1, epsilon: 1e-2 },
      outputs: 3,
      used: [0],
      reference: (b, x) => {
        const rank = dims.length;
        const hat = standardised(
          b,
          x[0] as Value,
          [...dims.keys()].filter((axis) => axis !== 1),
          1e-2,
        );
        const y = b.add(b.mul(hat, channels(b, x[1], rank)), channels(b, x[2], rank));
        return [y, x[3] as Value, x[4] as Value];
      },
    });
  }
});

describe('LayerNormalization', () => {
  for (const [axis, scale] of [
    [-1, [5]],
    [1, [4, 5]],
    [2, [5]],
    [0, [3, 4, 5]],
  ] as const) {
    gradient({ op: 'LayerNormalization', inputs: [float([3, 4, 5]), float(scale), float(scale)], attributes: { axis, stash_type: 11 } });
  }
  const reference = (b: GraphBuilder, x: Operands): Value[] => [b.mul(standardised(b, x[0] as Value, [2], 1e-5), x[1] as Value)];
  gradient({ op: 'LayerNormalization', name: 'without bias', inputs: [float([3, 4, 5]), float([5])], reference });
  gradient({
    op: 'LayerNormalization',
    name: 'of one element',
    inputs: [float([3, 4, 1]), float([1])],
    attributes: { epsilon: 0.1 },
    reference: (b, x) => [b.mul(standardised(b, x[0] as Value, [2], 0.1), x[1] as Value)],
  });
  gradient({
    op: 'LayerNormalization',
    name: 'through mean and deviation',
    inputs: [float([3, 4, 5]), float([4, 5]), float([4, 5])],
    attributes: { axis: 1, epsilon: 0.1 },
    outputs: 3,
    reference: (b, x) => {
      const mean = b.reduceMean(x[0] as Value, [1, 2]);
      const centred = b.sub(x[0] as Value, mean);
      const inverse = b.reciprocal(b.sqrt(b.add(b.reduceMean(b.mul(centred, centred), [1, 2]), 0.1)));
      return [b.add(b.mul(b.mul(centred, inverse), x[1] as Value), x[2] as Value), mean, inverse];
    },
  });
});

describe('RMSNormalization', () => {
  for (const [axis, scale] of [
    [-1, [5]],
    [1, [4, 5]],
  ] as const) {
    gradient({
      op: 'RMSNormalization',
      opset: 23,
      inputs: [float([3, 4, 5]), float(scale)],
      attributes: { axis, epsilon: 0.01 },
      reference: (b, x) => {
        const square = b.reduceMean(b.mul(x[0] as Value, x[0] as Value), axis === 1 ? [1, 2] : [2]);
        return [b.mul(b.div(x[0] as Value, b.sqrt(b.add(square, 0.01))), x[1] as Value)];
      },
    });
  }
});

describe('InstanceNormalization', () => {
  for (const dims of [
    [3, 4, 5, 2],
    [2, 3, 7],
    [2, 3, 2, 3, 2],
    [2, 3, 1, 2],
  ]) {
    const c = [dims[1] as number];
    const axes = [...dims.keys()].slice(2);
    gradient({
      op: 'InstanceNormalization',
      inputs: [float(dims), float(c), float(c)],
      attributes: { epsilon: 1e-2 },
      reference: (b, x) => [b.add(b.mul(standardised(b, x[0] as Value, axes, 1e-2), channels(b, x[1], dims.length)), channels(b, x[2], dims.length))],
    });
  }
});

describe('GroupNormalization', () => {
  for (const num_groups of [1, 2, 3, 6]) {
    for (const spatial of [[3, 2], [5], [2, 2, 2]]) {
      const dims = [2, 6, ...spatial];
      gradient({
        op: 'GroupNormalization',
        inputs: [float(dims), float([6]), float([6])],
        attributes: { num_groups, epsilon: 1e-2 },
        reference: (b, x) => {
          const grouped = b.reshape(x[0] as Value, [2, num_groups, (6 / num_groups) * spatial.reduce((p, d) => p * d, 1)]);
          const hat = b.reshape(standardised(b, grouped, [2], 1e-2), dims);
          return [b.add(b.mul(hat, channels(b, x[1], dims.length)), channels(b, x[2], dims.length))];
        },
      });
    }
  }
});

describe('LRN', () => {
  // ONNX Runtime takes images and odd sizes only.
  for (const size of [1, 3, 5]) {
    for (const dims of [
      [2, 7, 3, 2],
      [2, 1, 4, 1],
    ]) {
      const count = dims[1] as number;
      gradient({
        op: 'LRN',
        inputs: [float(dims)],
        attributes: { size, alpha: 0.9, beta: 0.6, bias: 1.5 },
        reference: (b, x) => {
          const square = b.mul(x[0] as Value, x[0] as Value);
          const sums = Array.from({ length: count }, (_, channel) => {
            const from = Math.max(0, channel - Math.floor((size - 1) / 2));
            const to = Math.min(count, channel + Math.ceil((size - 1) / 2) + 1);
            return b.reduceSum(b.slice(square, [from], [to], [1]), [1]);
          });
          const s = b.add(b.mul(b.concat(sums, 1), 0.9 / size), 1.5);
          return [b.mul(x[0] as Value, b.pow(s, -0.6))];
        },
      });
    }
  }
});
