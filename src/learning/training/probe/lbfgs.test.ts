import { expect, it } from 'vitest';
import { minimise } from './lbfgs.js';

it('finds the minimum of the Rosenbrock function', async () => {
  const rosenbrock = async (p: Float64Array) => {
    const [x = 0, y = 0] = p;
    const value = (1 - x) ** 2 + 100 * (y - x * x) ** 2;
    return { value, gradient: Float64Array.of(-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)) };
  };
  const { point } = await minimise(rosenbrock, Float64Array.of(-1.2, 1), { iterations: 200, tolerance: 1e-8 });
  expect(point[0]).toBeCloseTo(1, 6);
  expect(point[1]).toBeCloseTo(1, 6);
});
