import { expect, it } from 'vitest';
import { differenceOf, type Paired } from './difference.js';

/** `count` images, each of a glyph of its own. */
function images(count: number, first: boolean, second: boolean, start = 0): Paired[] {
  return Array.from({ length: count }, (_, i) => ({ group: String(start + i), first, second }));
}

it('is the difference of the two accuracies on the same images', () => {
  const pairs = [...images(60, true, true), ...images(30, true, false, 60), ...images(10, false, true, 90)];
  const { value, interval } = differenceOf(pairs);
  expect(value).toBeCloseTo(0.2, 12);
  // Normal theory: 0.2 ± 1.96 · √((0.4 − 0.04) / 100) = 0.2 ± 0.118; 1,000 resamples scatter by about a tenth of that.
  expect(interval[0]).toBeGreaterThan(0.05);
  expect(interval[0]).toBeLessThan(0.11);
  expect(interval[1]).toBeGreaterThan(0.29);
  expect(interval[1]).toBeLessThan(0.35);
});

it('counts drawings of one glyph together: copies make the interval no narrower', () => {
  const pairs = [...images(60, true, true), ...images(30, true, false, 60), ...images(10, false, true, 90)];
  const copied = [...pairs, ...pairs, ...pairs];
  expect(differenceOf(copied)).toEqual(differenceOf(pairs));
});
