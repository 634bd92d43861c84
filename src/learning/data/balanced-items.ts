import { groupBy, Random } from '../../core/index.js';
import type { EpochRequest, Items } from './items.js';

/** What share of an epoch a class gets, by its number of samples. One row adds a sampler. */
const weights = {
  /** All classes equally often. */
  balanced: () => 1,
  /** By the square root of how often it occurs: between the two (Mahajan et al., arXiv 1805.00932). */
  sqrt: Math.sqrt,
} as const satisfies Readonly<Record<string, (count: number) => number>>;

export type Sampler = keyof typeof weights;
export const samplers = Object.keys(weights) as [Sampler, ...Sampler[]];

/**
 * The same items, of which an epoch shows classes by the sampler's shares and as many items as there are. A class goes through all of its items, in an order of
 * its own each time, before it shows one again, from epoch to epoch: of large classes each epoch has others.
 *
 * @param classOf class of an item
 */
export function balancedItems(items: Items, sampler: Sampler, classOf: (item: number) => number): Items {
  const all = Array.from({ length: items.size }, (_, item) => item);
  return {
    size: items.size,
    isRepeatable: items.isRepeatable,
    ...(items.hasViews && { hasViews: true }),
    sampleOf: (item) => items.sampleOf(item),
    plan: (request, chosen = all) => items.plan(request, request.shuffle ? drawn(request, groupBy(chosen, classOf), weights[sampler]) : chosen),
    dimsOf: (chosen) => items.dimsOf(chosen),
    read: (batches, order) => items.read(batches, order),
    targets: (batch) => items.targets(batch),
    collector: () => items.collector(),
  };
}

type Members = ReadonlyMap<number, readonly number[]>;

/** The items of an epoch, one class after the other. */
function drawn({ epoch, seed }: EpochRequest, members: Members, weightOf: (count: number) => number): number[] {
  const classes = [...members.keys()].sort((a, b) => a - b);
  const sizes = classes.map((name) => members.get(name)?.length ?? 0);
  const counts = apportioned(
    sizes.map(weightOf),
    sizes.reduce((a, b) => a + b, 0),
  );
  return classes.flatMap((name, i) =>
    turn(members.get(name) ?? [], epoch * (counts[i] as number), counts[i] as number, (round) => new Random(seed, `sampler:${name}:${round}`)),
  );
}

/** Places `from` to `from` + `count` of an endless row of shuffles of the members, each by random numbers of its own. */
function turn(members: readonly number[], from: number, count: number, randomOf: (round: number) => Random): number[] {
  const result: number[] = [];
  for (let place = from; place < from + count; ) {
    const [round, offset] = [Math.floor(place / members.length), place % members.length];
    const taken = randomOf(round)
      .shuffle(members)
      .slice(offset, offset + from + count - place);
    result.push(...taken);
    place += taken.length;
  }
  return result;
}

/** Whole numbers that add up to `total`, in proportion to the shares: the largest remainders are rounded up. */
function apportioned(shares: readonly number[], total: number): number[] {
  const sum = shares.reduce((a, b) => a + b, 0);
  const exact = shares.map((share) => (share / sum) * total);
  const counts = exact.map((value) => Math.floor(value));
  const byRemainder = [...exact.keys()].sort((a, b) => (exact[b] as number) - (counts[b] as number) - ((exact[a] as number) - (counts[a] as number)));
  const left = total - counts.reduce((a, b) => a + b, 0);
  for (const index of byRemainder.slice(0, left)) counts[index] = (counts[index] as number) + 1;
  return counts;
}
