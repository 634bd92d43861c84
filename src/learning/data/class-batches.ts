import { groupBy, Random } from '../../core/index.js';
import type { EpochRequest, Items, PlannedBatch } from './items.js';

/**
 * The same items in batches that hold several samples of each of some classes, for losses that compare them: of as many classes as fit, at least two
 * samples each where there are two, and of all classes equally often, however many samples they have. An epoch has as many batches as it takes to
 * show as many samples as there are; of large classes it shows others than the last one did.
 *
 * @param classOf class of an item
 */
export function classBatches(items: Items, classOf: (item: number) => number): Items {
  const all = Array.from({ length: items.size }, (_, item) => item);
  return {
    size: items.size,
    // An item has another neighbour, and may have another shape, in every epoch.
    isRepeatable: false,
    sampleOf: (item) => items.sampleOf(item),
    plan: (request, chosen = all) => planned(request, groupBy(chosen, classOf)).map((batch) => ({ ...batch, dims: items.dimsOf(batch.items) })),
    dimsOf: (chosen) => items.dimsOf(chosen),
    read: (batches, order) => items.read(batches, order),
    targets: (batch) => items.targets(batch),
    collector: () => items.collector(),
  };
}

function planned({ epoch, seed, batchSize, start }: EpochRequest, members: ReadonlyMap<number, readonly number[]>): Omit<PlannedBatch, 'dims'>[] {
  const random = new Random(seed, `classes:${epoch}`);
  const classes = random.shuffle([...members.keys()].sort((a, b) => a - b));
  const orders = new Map(classes.map((name) => [name, random.shuffle(members.get(name) as readonly number[])]));
  const total = [...members.values()].reduce((sum, items) => sum + items.length, 0);
  const { width, samples } = shapeOf(Math.min(batchSize, total), classes.length);
  const batches = Array.from({ length: Math.ceil(total / (width * samples)) }, (_, position) => ({
    position,
    items: Array.from({ length: width }, (_place, place) => position * width + place).flatMap((turn) => {
      const order = orders.get(classes[turn % classes.length] as number) as readonly number[];
      return turnOf(order, Math.floor(turn / classes.length), samples);
    }),
  }));
  return batches.slice(start);
}

/** Classes of a batch, and samples of each. */
function shapeOf(batchSize: number, classes: number): { readonly width: number; readonly samples: number } {
  const samples = Math.max(2, Math.floor(batchSize / classes));
  return { width: Math.max(1, Math.min(classes, Math.floor(batchSize / samples))), samples };
}

/** The next `count` items of a class, from its first again after its last; fewer where there are fewer. */
function turnOf(order: readonly number[], turn: number, count: number): number[] {
  const size = Math.min(count, order.length);
  return Array.from({ length: size }, (_, i) => order[(turn * size + i) % order.length] as number);
}
