import { Random } from '../../core/index.js';

/** `[low, high]`. */
export type Interval = readonly [number, number];

/** Two-sided 95% quantile of the standard normal distribution. */
const Z95 = 1.959963984540054;

/**
 * 95% interval of a share `successes / trials`. Source: Wilson, JASA 22 (1927), which stays within [0, 1] and is right for small samples.
 */
export function wilsonInterval(successes: number, trials: number): Interval {
  if (trials === 0) return [0, 1];
  const share = successes / trials;
  const z2 = Z95 ** 2 / trials;
  const centre = (share + z2 / 2) / (1 + z2);
  const half = (Z95 * Math.sqrt((share * (1 - share)) / trials + z2 / (4 * trials))) / (1 + z2);
  return [Math.max(0, centre - half), Math.min(1, centre + half)];
}

/**
 * 95% interval of the difference of two shares, each `[successes, trials]`. Source: Newcombe, Statistics in Medicine 17 (1998), method 10, which is made of
 * Wilson's intervals.
 */
export function differenceInterval([a, m]: readonly [number, number], [b, n]: readonly [number, number]): Interval {
  if (m === 0 || n === 0) return [-1, 1];
  const [p, q] = [a / m, b / n];
  const [first, second] = [wilsonInterval(a, m), wilsonInterval(b, n)];
  const half = (x: number, y: number): number => Math.hypot(x, y);
  return [p - q - half(p - first[0], second[1] - q), p - q + half(first[1] - p, q - second[0])];
}

/**
 * 95% percentile bootstrap intervals of statistics of `size` samples, all from the same resamples.
 * Source: Efron & Tibshirani, An Introduction to the Bootstrap, chapter 13.
 *
 * @param statistics computed from the drawn sample positions, with repetition
 */
export function bootstrapIntervals(
  size: number,
  statistics: (drawn: Int32Array) => Readonly<Record<string, number>>,
  { resamples = 1000, seed = 0 } = {},
): Record<string, Interval> {
  const random = new Random(seed, 'bootstrap');
  const drawn = new Int32Array(size);
  const samples = Array.from({ length: resamples }, () => {
    for (let i = 0; i < size; i++) drawn[i] = random.integer(size);
    return statistics(drawn);
  });
  const names = Object.keys(samples[0] ?? {});
  return Object.fromEntries(names.map((name) => [name, middle95(samples.map((sample) => sample[name] as number))]));
}

function middle95(values: readonly number[]): Interval {
  const sorted = Float64Array.from(values).sort();
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] as number;
  return [at(0.025), at(0.975)];
}

/** Two-sided 95% quantiles of Student's t by degrees of freedom 1 … 30; the normal quantile beyond. */
const T95 = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11, 2.101, 2.093, 2.086, 2.08,
  2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];

/** Mean of repeated measurements with its 95% interval by Student's t; the interval of one measurement is the point itself. */
export function meanInterval(values: readonly number[]): { readonly mean: number; readonly interval: Interval } {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  if (values.length < 2) return { mean, interval: [mean, mean] };
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  const half = (T95[values.length - 2] ?? Z95) * Math.sqrt(variance / values.length);
  return { mean, interval: [mean - half, mean + half] };
}
