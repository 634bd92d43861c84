import { groupBy, sizeOf, type Tensor } from '../../core/index.js';
import type { TensorType } from '../../engine/graph/index.js';
import type { Program, Tensors } from '../../engine/runtime/index.js';
import type { Collector, EpochRequest, Items, PlannedBatch, SampleDims } from '../data/index.js';
import { firstRows, padRows, type TrainingBatch } from './batch.js';
import type { FeatureLayout, FeatureStore, OpenFeatureStore } from './feature-store.js';
import type { Forward } from './forward.js';

/** A batch and its place in the epoch. */
export interface PlacedBatch extends TrainingBatch {
  readonly dims: SampleDims;
  readonly position: number;
  readonly items: readonly number[];
}

/** Gives the batches that the trainable part of a model takes. */
export interface BatchSource {
  /** Items that can be read. */
  readonly size: number;
  /** Position of an item's sample in the data set. */
  sampleOf(item: number): number;
  /** Batches of an epoch. */
  batchCount(batchSize: number): number;
  epoch(request: EpochRequest): AsyncIterable<PlacedBatch>;
  collector(): Collector;
  close(): Promise<void>;
}

/** The compiled frozen part of a model, for batches of one shape. */
export interface Prefix {
  readonly program: Program;
  readonly forward: Forward;
}

/** The frozen part for each shape there is. */
export type Prefixes = (dims: SampleDims) => Promise<Prefix>;

/** Reads and, where there is a frozen prefix, runs it for every batch of every epoch. */
export function liveSource(items: Items, prefixes?: Prefixes): BatchSource {
  return {
    size: items.size,
    sampleOf: (item) => items.sampleOf(item),
    batchCount: (batchSize) => items.plan({ ...FIRST, batchSize }).length,
    async *epoch(request) {
      for await (const batch of items.read(items.plan(request), request)) {
        yield prefixes ? { ...batch, inputs: await throughPrefix(await prefixes(batch.dims), batch) } : batch;
      }
    },
    collector: () => items.collector(),
    close: async () => {},
  };
}

/** What a batch is at the border to the trained part. */
export async function throughPrefix({ program, forward }: Prefix, { inputs, size }: TrainingBatch): Promise<Tensors> {
  const { rows, boundary } = forward;
  const padded = Object.entries(inputs).map(([name, tensor]) => [name, padRows(tensor, rows)] as const);
  const passing = Object.fromEntries(padded.filter(([name]) => boundary.includes(name)));
  const given = Object.fromEntries(padded.filter(([name]) => !boundary.includes(name)));
  const outputs = await program.run(passing, given);
  return Object.fromEntries(Object.entries({ ...passing, ...outputs }).map(([name, tensor]) => [name, firstRows(tensor, size)]));
}

/** What the prefix gave for the items of one shape. */
interface Kept {
  readonly store: FeatureStore;
  /** Row of each item in the store, among those of a view. */
  readonly rows: ReadonlyMap<number, number>;
}

/** How items are read for the frozen prefix: as in each of the first `count` epochs, which later ones take up again in turn. */
export interface Views {
  readonly count: number;
  readonly seed: number;
}

/** Runs the frozen prefix once over all samples and keeps what it gave. */
async function cachedSource(
  items: Items,
  shapes: readonly Shape[],
  stores: readonly FeatureStore[],
  views: Views,
  onProgress: (done: number, total: number) => void,
): Promise<BatchSource> {
  const readable: number[] = [];
  const kept = new Map<string, Kept>();
  let done = 0;
  for (const [i, { prefix, batches, rows }] of shapes.entries()) {
    const store = stores[i] as FeatureStore;
    kept.set(keyOf(batches[0]?.dims ?? {}), { store, rows });
    for (let view = 0; view < views.count; view++) {
      for await (const batch of items.read(batches, { seed: views.seed, epoch: view })) {
        const inputs = await throughPrefix(prefix, batch);
        const features = Object.fromEntries(prefix.forward.boundary.map((name) => [name, inputs[name] as Tensor]));
        await store.write(rowsOf(rows, batch, view), features);
        if (view === 0) readable.push(...batch.items);
        done += batch.size;
        onProgress(done, items.size * views.count);
      }
    }
  }
  readable.sort((a, b) => a - b);
  return {
    size: readable.length,
    sampleOf: (item) => items.sampleOf(item),
    batchCount: (batchSize) => items.plan({ ...FIRST, batchSize }, readable).length,
    async *epoch(request) {
      for (const planned of items.plan(request, readable)) {
        const { store, rows } = kept.get(keyOf(planned.dims)) as Kept;
        const inputs = await store.read(rowsOf(rows, planned, request.epoch % views.count));
        yield { ...planned, size: planned.items.length, inputs, target: await items.targets(planned) };
      }
    },
    collector: () => items.collector(),
    close: () => closeAll(stores),
  };
}

function rowsOf(rows: ReadonlyMap<number, number>, { items }: Pick<PlannedBatch, 'items'>, view: number): number[] {
  return items.map((item) => view * rows.size + (rows.get(item) as number));
}

async function closeAll(stores: readonly FeatureStore[]): Promise<void> {
  await Promise.all(stores.map((store) => store.close()));
}

/** Equal for samples of equal shape. */
export function keyOf(dims: SampleDims): string {
  return JSON.stringify(dims);
}

/** Features are computed in index order and in batches of one size, so that they do not depend on how training shuffles. */
const FIRST = { epoch: 0, shuffle: false, seed: 0, start: 0 };
const ONE_VIEW: Views = { count: 1, seed: 0 };

/** The batches of one shape and the prefix for them. */
interface Shape {
  readonly prefix: Prefix;
  readonly batches: readonly PlannedBatch[];
  readonly rows: ReadonlyMap<number, number>;
  readonly layout: FeatureLayout;
}

/** @returns undefined where a value that the prefix gives cannot be kept by samples */
async function shapesOf(items: Items, prefixes: Prefixes, batchSize: number): Promise<readonly Shape[] | undefined> {
  const byShape = groupBy(items.plan({ ...FIRST, batchSize }), ({ dims }) => keyOf(dims));
  const shapes: Shape[] = [];
  for (const batches of byShape.values()) {
    const prefix = await prefixes((batches[0] as PlannedBatch).dims);
    const layout = boundaryLayout(prefix.forward);
    if (layout === undefined) return undefined;
    shapes.push({ prefix, batches, layout, rows: new Map(batches.flatMap((batch) => batch.items).map((item, row) => [item, row])) });
  }
  return shapes;
}

/** Layout of the boundary values of a prefix, `undefined` when one of them has no batch axis in front. */
function boundaryLayout({ boundary, types, rows }: Forward): FeatureLayout | undefined {
  const layout: Record<string, TensorType> = {};
  for (const name of boundary) {
    const type = types.get(name);
    if (type === undefined || type.dims[0] !== rows || sizeOf(type.dims) === 0) return undefined;
    layout[name] = { type: type.type, dims: type.dims.slice(1) };
  }
  return layout;
}

/**
 * A cached source where that is right and fits the budget, a live one otherwise.
 * @param batchSize rows that the prefix takes
 * @param onProgress called after each batch that is cached; what it throws ends the work
 * @param views what is kept of items that are read otherwise in each epoch; nothing where there is but one
 */
export async function openSource(
  items: Items,
  prefixes: Prefixes | undefined,
  batchSize: number,
  open: OpenFeatureStore,
  onProgress: (done: number, total: number) => void,
  views: Views = ONE_VIEW,
): Promise<BatchSource> {
  const kept = items.isRepeatable ? ONE_VIEW : views;
  const canKeep = items.isRepeatable || (items.hasViews === true && views.count > 1);
  const shapes = prefixes && canKeep ? await shapesOf(items, prefixes, batchSize) : undefined;
  const stores = shapes && (await open(shapes.map(({ rows, layout }) => ({ rows: rows.size * kept.count, layout }))));
  if (!shapes || !stores) return liveSource(items, prefixes);
  return cachedSource(items, shapes, stores, kept, onProgress).catch(async (error: unknown) => {
    await closeAll(stores);
    throw error;
  });
}
