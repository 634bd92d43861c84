import { describe } from 'vitest';
import { scalar } from '../../src/core/index.js';
import type { StandardOp } from '../../src/engine/graph/index.js';
import { constant, float, floats, frozen, gradient } from './harness.js';

/** Pairs of shapes that broadcast in every way; 1-sized and empty dimensions among them. */
const PAIRS: readonly (readonly [readonly number[], readonly number[]])[] = [
  [
    [2, 3],
    [2, 3],
  ],
  [
    [2, 3, 4],
    [3, 1],
  ],
  [[4], [2, 3, 4]],
  [
    [2, 1, 4],
    [1, 3, 1],
  ],
  [[], [2, 3]],
  [[1], [1, 1]],
  [[], []],
  [[0, 3], [3]],
  [[2, 0], [1]],
];

describe('binary', () => {
  for (const op of ['Add', 'Sub', 'Mul'] satisfies StandardOp[]) for (const [a, b] of PAIRS) gradient({ op, inputs: [float(a), float(b)] });
  for (const [a, b] of PAIRS) gradient({ op: 'Div', inputs: [float(a), float(b, 0.5, 2)] });
  for (const [a, b] of PAIRS) gradient({ op: 'Mod', attributes: { fmod: 1 }, inputs: [float(a, -5, 5), float(b, 0.7, 2)] });
  for (const [a, b] of PAIRS) gradient({ op: 'Pow', inputs: [float(a, 0.2, 2), float(b)] });
  gradient({ op: 'Mul', name: 'x·x', inputs: [float([3])], build: (b, [x]) => [b.op('Mul', [x, x])] });
});

describe('Pow by a constant', () => {
  for (const exponent of [0, 1, 2, 3, 0.5, -1, -0.5, 2.5, 4])
    gradient({ op: 'Pow', name: `x^${exponent}`, inputs: [float([2, 3], 0.3, 2), frozen(floats([], [exponent]))] });
  for (const exponent of [0, 1, 2, 3, 4, 7])
    gradient({ op: 'Pow', name: `x^${exponent} around 0`, inputs: [floats([4], [0, -0.75, 1.5, 0]), frozen(floats([], [exponent]))] });
  gradient({ op: 'Pow', name: 'integer exponent', inputs: [float([3]), constant(scalar('int64', 3))] });
  gradient({ op: 'Pow', name: 'constant exponents', inputs: [float([3]), frozen(floats([3], [0, 2, 3]))] });
});

describe('variadic', () => {
  for (const op of ['Max', 'Min', 'Mean', 'Sum'] satisfies StandardOp[]) {
    const linear = op === 'Mean' ? { linear: [0, 1, 2, 3] } : {};
    gradient({ op, inputs: [float([2, 3])], ...linear });
    for (const [a, b] of PAIRS) gradient({ op, inputs: [float(a), float(b)], ...linear });
    gradient({ op, inputs: [float([2, 3]), float([3]), float([2, 1]), float([])], ...linear });
  }
});

describe('unary', () => {
  for (const dims of [[2, 3], [], [1], [0, 2]]) {
    for (const op of ['Abs', 'Neg'] satisfies StandardOp[]) gradient({ op, inputs: [float(dims)] });
    for (const op of ['Reciprocal', 'Sqrt'] satisfies StandardOp[]) gradient({ op, inputs: [float(dims, 0.3, 2)] });
  }
});
