import { describe } from 'vitest';
import { fromNumbers, Random } from '../../src/core/index.js';
import type { StandardOp } from '../../src/engine/graph/index.js';
import { float, floats, gradient, ints } from './harness.js';

const OPS = [
  'ReduceSum',
  'ReduceMean',
  'ReduceMax',
  'ReduceMin',
  'ReduceProd',
  'ReduceL1',
  'ReduceL2',
  'ReduceLogSum',
  'ReduceLogSumExp',
  'ReduceSumSquare',
] satisfies StandardOp[];

/** Ops without a value for no elements are not tested on empty ones. */
const EMPTY = ['ReduceSum', 'ReduceSumSquare', 'ReduceL1'] satisfies StandardOp[];

describe('reductions', () => {
  for (const op of OPS) {
    // The logarithm of a sum needs positive ones.
    const x = (dims: readonly number[]) => (op === 'ReduceLogSum' ? float(dims, 0.2, 2) : float(dims));
    for (const keepdims of [0, 1]) {
      for (const axes of [[0], [-1], [0, 2], [2, 0, 1]]) gradient({ op, inputs: [x([2, 3, 4]), ints(...axes)], attributes: { keepdims } });
      gradient({ op, inputs: [x([2, 3])], attributes: { keepdims } });
      gradient({ op, name: 'no axes', inputs: [x([2, 3]), ints()], attributes: { keepdims } });
      gradient({ op, inputs: [x([2, 1, 3]), ints(1)], attributes: { keepdims } });
      gradient({ op, inputs: [x([1]), ints(0)], attributes: { keepdims } });
      gradient({ op, inputs: [x([0, 3]), ints(1)], attributes: { keepdims } });
    }
    gradient({ op, inputs: [x([])] });
    gradient({ op, inputs: [x([2, 3]), ints()], attributes: { noop_with_empty_axes: 1 } });
  }
  for (const op of EMPTY) gradient({ op, inputs: [float([2, 0]), ints(1)] });
  gradient({ op: 'ReduceProd', name: 'with zeros', inputs: [floats([3, 3], [0, 2, -1.5, 0.5, 0, 0, 1, 2, 3]), ints(1)] });
});

describe('softmax', () => {
  for (const op of ['Softmax', 'LogSoftmax'] satisfies StandardOp[]) {
    for (const axis of [0, 1, -1]) gradient({ op, inputs: [float([2, 3, 4])], attributes: { axis } });
    for (const dims of [[5], [3, 1], [0, 3]]) gradient({ op, inputs: [float(dims)] });
  }
});

describe('normalisation without parameters', () => {
  for (const p of [1, 2]) {
    for (const axis of [0, 1, -1]) {
      gradient({
        op: 'LpNormalization',
        inputs: [float([2, 3, 4])],
        attributes: { p, axis },
      });
    }
  }
  for (const axes of [undefined, [0], [1, 3], [-1]]) {
    gradient({
      op: 'MeanVarianceNormalization',
      inputs: [float([2, 3, 2, 4])],
      attributes: { axes },
      reference: (b, [x]) => {
        if (!x) return [];
        const over = (axes ?? [0, 2, 3]).map((axis) => (axis + 4) % 4);
        const centred = b.sub(x, b.reduceMean(x, over));
        return [b.div(centred, b.add(b.sqrt(b.reduceMean(b.mul(centred, centred), over)), 1e-9))];
      },
    });
  }
});

describe('cross-entropy', () => {
  const labels = (dims: readonly number[], ...ignored: number[]) => {
    const random = new Random(1, 'labels');
    const count = dims.reduce((a, d) => a * d, 1);
    return {
      kind: 'feed',
      tensor: fromNumbers(
        'int64',
        dims,
        Array.from({ length: count }, (_, i) => (i === 1 && ignored[0] !== undefined ? ignored[0] : random.integer(4))),
      ),
    } as const;
  };
  const weights = { kind: 'float', dims: [4], low: 0.3, high: 1.5, values: undefined, frozen: true } as const;
  const shapes = [
    [3, 4],
    [2, 4, 3],
    [2, 4, 2, 3],
    [1, 4],
  ] as const;
  for (const reduction of ['mean', 'sum', 'none']) {
    for (const dims of shapes) {
      for (const weight of [undefined, weights]) {
        for (const ignore_index of [undefined, 2, -100]) {
          const target = labels([dims[0], ...dims.slice(2)], ...(ignore_index === undefined ? [] : [ignore_index]));
          const attributes = { reduction, ignore_index };
          const inputs = weight ? [float(dims), target, weight] : [float(dims), target];
          gradient({ op: 'NegativeLogLikelihoodLoss', name: weight ? 'weighted' : '', inputs, attributes, linear: [0] });
          for (const outputs of [1, 2])
            gradient({ op: 'SoftmaxCrossEntropyLoss', name: `${weight ? 'weighted ' : ''}outputs=${outputs}`, inputs, attributes, outputs });
        }
      }
    }
  }
});
