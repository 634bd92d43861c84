import { describe, expect, it } from 'vitest';
import { tensorRegression } from './tensor-regression.js';

function r2(outputs: readonly number[], targets: readonly number[]): number | undefined {
  const measure = tensorRegression.measure({ outputs: Float32Array.from(outputs), width: 1, targets: Float64Array.from(targets) });
  return measure(Int32Array.from(targets, (_, row) => row))['r2'];
}

describe('R²', () => {
  it('is the share of the spread that the outputs explain', () => {
    expect(r2([1, 2, 3], [1, 2, 3])).toBe(1);
    expect(r2([2, 2, 2], [1, 2, 3])).toBe(0);
    expect(r2([1001, 1002, 1004], [1001, 1002, 1003])).toBe(0.5);
  });

  it('is a number where all targets are the same, as in a resample of few', () => {
    expect(r2([0.5, 0.5, 0.5], [0.5, 0.5, 0.5])).toBe(1);
    expect(r2([0, 0, 1], [0.1, 0.1, 0.1])).toBe(0);
    expect(r2([3], [2])).toBe(0);
  });

  it('of several values is the mean of theirs, as in scikit-learn', () => {
    // r2_score([[1, 100], [2, 300], [4, 200]], [[1.5, 120], [2, 250], [3.5, 230]]) of scikit-learn 1.9.1
    const predictions = { outputs: Float32Array.of(1.5, 120, 2, 250, 3.5, 230), width: 2, targets: Float64Array.of(1, 100, 2, 300, 4, 200) };
    expect(tensorRegression.measure(predictions)(Int32Array.of(0, 1, 2))['r2']).toBeCloseTo(0.8514285714285714, 12);
    const [first, second] = tensorRegression.perOutput?.(predictions) ?? [];
    expect(first).toEqual({ rmse: Math.sqrt(0.5 / 3), mae: 1 / 3, r2: expect.closeTo(1 - 0.5 / (14 / 3), 12) });
    expect(second?.['mae']).toBeCloseTo(100 / 3, 12);
  });
});
