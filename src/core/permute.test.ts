import { expect, it } from 'vitest';
import { permute } from './permute.js';
import { float32, type Tensor, tensor } from './tensor.js';

it.each([
  [1, 1],
  [3, 2],
  [70, 45],
  [32, 64],
])('transposes a matrix of %i×%i', (rows, columns) => {
  const values = Array.from({ length: rows * columns }, (_, i) => i);
  const expected = Array.from({ length: rows * columns }, (_, i) => (i % rows) * columns + Math.floor(i / rows));
  const matrices: Tensor[] = [float32([rows, columns], values), tensor('int32', [rows, columns], Int32Array.from(values))];
  for (const matrix of matrices) {
    const found = permute(matrix, [1, 0]);
    expect(found.dims).toEqual([columns, rows]);
    expect([...found.data]).toEqual(expected);
  }
});
