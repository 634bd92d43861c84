import { expect, it } from 'vitest';
import { float32, int64 } from '../../core/index.js';
import { firstRows, maskOf, padRows } from './batch.js';

it('a short batch is filled with its first row, whatever its type', () => {
  expect(padRows(float32([2, 2], [1, 2, 3, 4]), 4)).toEqual(float32([4, 2], [1, 2, 3, 4, 1, 2, 1, 2]));
  expect(padRows(int64([1], [7]), 3)).toEqual(int64([3], [7, 7, 7]));
  const full = float32([2], [1, 2]);
  expect(padRows(full, 2)).toBe(full);
});

it('the mask marks the real rows', () => {
  expect(maskOf(2, 3)).toEqual(float32([3], [1, 1, 0]));
});

it('the first rows', () => {
  expect(firstRows(float32([3, 2], [1, 2, 3, 4, 5, 6]), 2)).toEqual(float32([2, 2], [1, 2, 3, 4]));
});
