import { describe, expect, it } from 'vitest';
import { bootstrapIntervals, differenceInterval, type Interval, meanInterval, wilsonInterval } from './interval.js';

describe('intervals', () => {
  it('computes the Wilson interval of 8 out of 10 (Brown, Cai & DasGupta 2001 give .490–.943)', () => {
    const [low, high] = wilsonInterval(8, 10);
    expect(low).toBeCloseTo(0.4902, 3);
    expect(high).toBeCloseTo(0.9433, 3);
  });

  it('never leaves [0, 1]', () => {
    expect(wilsonInterval(0, 5)[0]).toBe(0);
    expect(wilsonInterval(5, 5)[1]).toBeCloseTo(1, 12);
    expect(wilsonInterval(0, 0)).toEqual([0, 1]);
  });

  it('computes the interval of 56 of 70 less 48 of 80 (Newcombe 1998, table II, method 10: .0524 to .3339)', () => {
    const [low, high] = differenceInterval([56, 70], [48, 80]);
    expect(low).toBeCloseTo(0.0524, 4);
    expect(high).toBeCloseTo(0.3339, 4);
    expect(differenceInterval([0, 0], [48, 80])).toEqual([-1, 1]);
  });

  it('uses Student’s t for a few repetitions', () => {
    const { mean, interval } = meanInterval([1, 2, 3]);
    expect(mean).toBe(2);
    expect(interval[1] - mean).toBeCloseTo(4.303 / Math.sqrt(3), 3);
  });

  it('covers the mean of a sample by bootstrap, and repeats itself', () => {
    const values = Array.from({ length: 200 }, (_, i) => i);
    const mean = (drawn: Int32Array) => ({ mean: drawn.reduce((sum, i) => sum + (values[i] as number), 0) / drawn.length });
    const interval = bootstrapIntervals(200, mean)['mean'] as Interval;
    // Normal theory: 99.5 ± 1.96 · 57.7 / √200 = 99.5 ± 8.0; a tenth of the width is what 1,000 resamples scatter.
    expect(interval[0]).toBeGreaterThan(89.5);
    expect(interval[0]).toBeLessThan(93.5);
    expect(bootstrapIntervals(200, mean)).toEqual({ mean: interval });
  });
});
