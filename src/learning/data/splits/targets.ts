import { fail } from '../../../core/index.js';

/** How much of the data a split takes. */
export type Amount =
  /** A share of the samples, 0 to 1. */
  | { readonly share: number }
  /** A number of samples. */
  | { readonly count: number }
  /** A number of samples of each class. */
  | { readonly perOutput: number }
  /** What the other splits leave over. */
  | 'rest';

/**
 * How many samples of each class a split should take.
 * @param counts number of samples of each class
 * @throws DATA_SPLIT_INVALID
 */
export function classTargets(split: string, amount: Exclude<Amount, 'rest'>, counts: readonly number[]): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if ('share' in amount) {
    if (!(amount.share > 0 && amount.share < 1)) fail('DATA_SPLIT_INVALID', { split, reason: `the share ${amount.share} is not between 0 and 1` });
    // A class is never left out for being small, as long as a sample remains for the others.
    return counts.map((count) => (count < 2 ? 0 : Math.min(count - 1, Math.max(1, Math.round(count * amount.share)))));
  }
  const wanted = 'count' in amount ? amount.count : amount.perOutput;
  if (!(Number.isInteger(wanted) && wanted > 0)) fail('DATA_SPLIT_INVALID', { split, reason: `${wanted} is not a number of samples` });
  if ('perOutput' in amount) return counts.map((count) => (count === 0 ? 0 : wanted));
  return apportion(wanted, counts, total);
}

/** Divides `wanted` in proportion to the counts; what rounding leaves over goes to the largest remainders (Hamilton's method). */
function apportion(wanted: number, counts: readonly number[], total: number): number[] {
  const exact = counts.map((count) => (wanted * count) / total);
  const result = exact.map(Math.floor);
  const left = wanted - result.reduce((sum, count) => sum + count, 0);
  const byRemainder = exact.map((value, label) => ({ label, rest: value - Math.floor(value) })).sort((a, b) => b.rest - a.rest || a.label - b.label);
  for (const { label } of byRemainder.slice(0, left)) result[label] = (result[label] as number) + 1;
  return result;
}
