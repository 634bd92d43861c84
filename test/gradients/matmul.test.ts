import { describe } from 'vitest';
import { float, gradient } from './harness.js';

describe('MatMul', () => {
  const shapes = [
    [
      [2, 3],
      [3, 4],
    ],
    [
      [5, 2, 3],
      [3, 4],
    ],
    [
      [5, 2, 3],
      [5, 3, 4],
    ],
    [
      [2, 3],
      [5, 3, 4],
    ],
    [
      [2, 1, 2, 3],
      [5, 3, 4],
    ],
    [[3], [3]],
    [[3], [3, 4]],
    [[2, 3], [3]],
    [[3], [5, 3, 4]],
    [[5, 2, 3], [3]],
    [
      [1, 1],
      [1, 1],
    ],
    [
      [0, 3],
      [3, 4],
    ],
    [
      [2, 0],
      [0, 4],
    ],
    [
      [0, 2, 3],
      [3, 4],
    ],
  ] as const;
  for (const [a, b] of shapes) gradient({ op: 'MatMul', inputs: [float(a), float(b)] });
});

describe('Gemm', () => {
  for (const transA of [0, 1]) {
    for (const transB of [0, 1]) {
      const a = transA ? [3, 2] : [2, 3];
      const w = transB ? [4, 3] : [3, 4];
      gradient({ op: 'Gemm', inputs: [float(a), float(w)], attributes: { transA, transB } });
      for (const c of [[4], [], [1], [2, 1], [1, 4], [2, 4]])
        gradient({ op: 'Gemm', inputs: [float(a), float(w), float(c)], attributes: { transA, transB, alpha: 0.5, beta: 1.5 } });
    }
  }
  gradient({ op: 'Gemm', inputs: [float([0, 3]), float([3, 4]), float([4])] });
});
