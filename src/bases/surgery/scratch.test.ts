import { expect, it } from 'vitest';
import { modelOf, node } from '../../../test/support/graph.js';
import { float32, int64, type Tensor, toNumbers } from '../../core/index.js';
import { reinitialise } from './scratch.js';

const old = (...dims: number[]): Tensor => float32(dims, new Float32Array(dims.reduce((size, dim) => size * dim)).fill(7));

it('untrained weights are as wide as their layer asks for', () => {
  const model = modelOf({
    inputs: [{ name: 'ids', type: { kind: 'tensor', type: 'int64', dims: ['n', 2] } }, 'image'],
    outputs: ['sum', 'maps'],
    initializers: {
      table: old(200, 64),
      matrix: old(64, 128),
      turned: old(50, 128),
      bias: old(50),
      kernel: old(64, 16, 3, 3),
      flat: int64([2], [-1, 128]),
    },
    nodes: [
      node('Gather', ['table', 'ids'], ['rows']),
      node('MatMul', ['rows', 'matrix'], ['product']),
      node('Reshape', ['product', 'flat'], ['flattened']),
      node('Gemm', ['flattened', 'turned', 'bias'], ['sum'], 'sum', { transB: 1 }),
      node('Conv', ['image', 'kernel'], ['maps']),
    ],
  });
  const { initializers } = reinitialise(model, 3).graph;
  const deviationOf = (name: string): number => {
    const numbers = toNumbers(initializers.get(name) as Tensor);
    return Math.sqrt(numbers.reduce((sum, x) => sum + x ** 2, 0) / numbers.length);
  };
  const expected = { table: 1, matrix: Math.sqrt(1 / (3 * 64)), turned: Math.sqrt(1 / (3 * 128)), kernel: Math.sqrt(2 / (16 * 9)) };
  for (const [name, deviation] of Object.entries(expected)) {
    // That of 6,400 draws is off by 0.9% in one of three cases; four times that.
    expect(Math.abs(deviationOf(name) / deviation - 1), name).toBeLessThan(0.036);
  }
  expect(deviationOf('bias')).toBe(0);
});
