import { fail, Random } from '../../../core/index.js';
import { allIndices, type Dataset } from '../dataset.js';
import { type Demand, take } from './take.js';
import { type Amount, classTargets } from './targets.js';
import { countStrata, shuffledUnits, strataOf } from './units.js';

export interface SplitOptions<Name extends string> {
  /** How much each split takes; at most one takes `rest`. */
  readonly parts: Readonly<Record<Name, Amount>>;
  readonly seed: number;
  /** The samples to divide (default: all). */
  readonly indices?: readonly number[];
}

/**
 * Divides a data set at random, each class in the same proportion (stratified) and each group on one side only. The same seed
 * and data give the same splits. Without groups the sizes are exact. With groups, a number of samples is kept exactly, by leaving
 * out samples of the last group, and a share as closely as whole groups allow.
 *
 * @returns the indices of each split, ascending
 * @throws DATA_SPLIT_INVALID, DATA_SPLIT_TOO_LARGE, DATA_CLASS_TOO_SMALL, DATA_LABEL_MISSING when a split lacks a class
 */
export function split<Name extends string>(dataset: Dataset, options: SplitOptions<Name>): Record<Name, number[]> {
  const { parts, seed, indices = allIndices(dataset) } = options;
  const counts = countStrata(dataset, indices);
  const demands = demandsOf(parts, counts);
  const [rest, ...otherRests] = Object.keys(parts).filter((name) => parts[name as Name] === 'rest');
  if (otherRests.length > 0) fail('DATA_SPLIT_INVALID', { split: otherRests[0] as string, reason: `"${rest}" takes the rest already` });
  checkDemands(demands, counts, strataOf(dataset), rest === undefined ? 0 : 1);

  const free = new Set(shuffledUnits(dataset, indices, new Random(seed, 'split')));
  const result = new Map(demands.map((demand) => [demand.split, take(free, demand)]));
  if (rest !== undefined)
    result.set(
      rest,
      [...free].flatMap((unit) => unit.indices),
    );
  for (const [name, members] of result) {
    members.sort((a, b) => a - b);
    checkSplit(
      dataset,
      name,
      members,
      counts,
      demands.find((demand) => demand.split === name),
    );
  }
  return Object.fromEntries(result) as Record<Name, number[]>;
}

function demandsOf(parts: Readonly<Record<string, Amount>>, counts: readonly number[]): Demand[] {
  return Object.entries(parts).flatMap(([split, amount]) =>
    amount === 'rest' ? [] : [{ split, wanted: classTargets(split, amount, counts), exact: !('share' in amount) }],
  );
}

/** Each class needs what the splits ask for, but one sample at least in each of them, and one for the rest. */
function checkDemands(demands: readonly Demand[], counts: readonly number[], strata: readonly string[], rests: number): void {
  const wanted = sum(demands.flatMap((demand) => demand.wanted));
  if (wanted > sum(counts)) fail('DATA_SPLIT_TOO_LARGE', { wanted, available: sum(counts) });
  strata.forEach((label, stratum) => {
    const count = counts[stratum] as number;
    const needed = rests + sum(demands.map((demand) => Math.max(1, demand.wanted[stratum] as number)));
    if (count > 0 && needed > count) fail('DATA_CLASS_TOO_SMALL', { label, count, needed });
  });
}

/** Groups may leave a split without a class, or with too few of it, although there are enough samples. */
function checkSplit(dataset: Dataset, name: string, indices: readonly number[], counts: readonly number[], demand: Demand | undefined): void {
  const found = countStrata(dataset, indices);
  strataOf(dataset).forEach((label, stratum) => {
    const count = found[stratum] as number;
    if (count === 0 && (counts[stratum] as number) > 0) fail('DATA_LABEL_MISSING', { label, split: name });
    const needed = demand?.wanted[stratum] ?? 0;
    if (demand?.exact && count < needed) fail('DATA_CLASS_TOO_SMALL', { label, count, needed });
  });
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
