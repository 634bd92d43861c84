import { fail } from '../../../core/index.js';

/** Losses along a sweep of the learning rate. */
export interface Sweep {
  /** Rising, each a step's. */
  readonly rates: readonly number[];
  /** Smoothed training losses, as many. */
  readonly losses: readonly number[];
}

/** Learning rates that a sweep speaks for. */
export interface RateSuggestions {
  /** Halfway down the longest descent: between a third and two thirds of it. */
  readonly valley: number;
  /** Where the loss falls most steeply, over the logarithm of the rate. */
  readonly steep: number;
  /** A tenth of the rate with the least loss. */
  readonly minimum: number;
}

/** As fastai leaves out: at the beginning the mean is young, at the end the loss diverges. */
const [FIRST, LAST] = [10, 5];

/**
 * The suggestions of fastai's `lr_find` (fastai/callback/schedule.py), by the same names.
 * @throws LR_FINDER_SHORT where the loss diverged before there was a descent to look at
 */
export function suggestRates({ rates, losses }: Sweep): RateSuggestions {
  const sweep = { rates: rates.slice(FIRST, -LAST), losses: losses.slice(FIRST, -LAST) };
  if (sweep.rates.length < 2) fail('LR_FINDER_SHORT', { steps: rates.length, rate: rates.at(-1) ?? 0 });
  return { valley: valley(sweep), steep: steep(sweep), minimum: (sweep.rates[least(sweep.losses)] as number) / 10 };
}

/** The longest descent is the longest subsequence of falling losses. Adapted from ESRI, as fastai says. */
function valley({ rates, losses }: Sweep): number {
  const lengths = losses.map(() => 1);
  let end = 0;
  for (const [i, loss] of losses.entries()) {
    for (let j = 0; j < i; j++) if (loss < (losses[j] as number)) lengths[i] = Math.max(lengths[i] as number, (lengths[j] as number) + 1);
    if ((lengths[end] as number) < (lengths[i] as number)) end = i;
  }
  const start = end - (lengths[end] as number);
  const third = (end - start) / 3;
  return rates[Math.max(0, start + Math.trunc(third) + Math.trunc(third / 2))] as number;
}

function steep({ rates, losses }: Sweep): number {
  const slopes = losses.slice(1).map((loss, i) => (loss - (losses[i] as number)) / Math.log((rates[i + 1] as number) / (rates[i] as number)));
  return rates[least(slopes)] as number;
}

function least(values: readonly number[]): number {
  return values.reduce((best, value, i) => (value < (values[best] as number) ? i : best), 0);
}
