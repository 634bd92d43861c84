import { expect, it } from 'vitest';
import { taskOf } from '../../learning/tasks/index.js';
import { measure } from './measure.js';

const task = taskOf('tensor-regression');
const targets = Float64Array.of(1, 2, 3, 4);

it('gives every metric of a task with its interval', () => {
  const measured = measure(task, { outputs: Float32Array.of(1, 2, 3, 6), width: 1, targets });
  expect(measured['loss']?.value).toBe(1);
  expect(measured['mae']?.value).toBe(0.5);
  const [low, high] = measured['loss']?.interval ?? [];
  expect(low).toBe(0);
  expect(high).toBeGreaterThan(1);
});

it('refuses outputs that are not finite, which no file could hold', () => {
  const outputs = Float32Array.of(1, 2, Number.POSITIVE_INFINITY, 4);
  expect(() => measure(task, { outputs, width: 1, targets })).toThrow(expect.objectContaining({ code: 'METRIC_NOT_FINITE' }));
});
