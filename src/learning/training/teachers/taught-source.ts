import type { Device, Tensors } from '../../../engine/runtime/index.js';
import { type Dataset, type Items, type ReadingMode, SkipLog } from '../../data/index.js';
import type { BatchSource, PlacedBatch } from '../batch-source.js';
import type { FeatureLayout, FeatureStore, OpenFeatureStore } from '../feature-store.js';
import { Speaker } from './speaker.js';
import type { Teacher } from './teacher.js';

export interface TaughtContext {
  readonly device: Device;
  readonly dataset: Dataset;
  /** How the trained model reads the data set, and in which mode. */
  readonly items: Items;
  readonly mode: ReadingMode;
  /** Samples of a batch at most. */
  readonly rows: number;
  readonly seed: number;
  readonly features: OpenFeatureStore;
  /** Called after each batch whose lessons are kept; what it throws ends the work. */
  onProgress(done: number, total: number): void;
}

/**
 * Adds to each batch what the teachers say of it. Where every sample is read alike in every epoch they are asked once and what they said is kept, if it
 * fits the budget of features; otherwise a teacher sees the samples as the trained model does, with the same random changes. Closing the result leaves
 * `source` open.
 */
export async function taughtBy(source: BatchSource, teacher: Teacher, context: TaughtContext): Promise<BatchSource> {
  const { device, dataset, items, mode, rows } = context;
  // Samples that cannot be read are counted where the trained model reads them.
  const own = teacher.inputs ? await teacher.inputs.open(dataset, mode, new SkipLog(dataset.size, 1)) : items;
  const speaker = new Speaker(device, teacher, rows);
  try {
    const isRepeatable = items.isRepeatable && own.isRepeatable;
    const kept = isRepeatable ? await keptLessons(speaker, own, teacher, context) : undefined;
    if (kept === undefined) return liveLessons(source, own, speaker, context.seed);
    await speaker.release();
    return storedLessons(source, kept, teacher);
  } catch (error) {
    await speaker.release();
    throw error;
  }
}

/** @returns undefined where what is said of a sample has no fixed shape, or does not fit the budget */
async function keptLessons(speaker: Speaker, own: Items, teacher: Teacher, context: TaughtContext): Promise<FeatureStore | undefined> {
  const { rows, dataset, features, onProgress } = context;
  const planned = own.plan({ ...FIRST, batchSize: rows });
  const count = teacher.inputs ? dataset.size : own.size;
  let store: FeatureStore | undefined;
  let layout = '';
  let done = 0;
  for await (const batch of own.read(planned, FIRST)) {
    const said = await speaker.say(batch);
    const found = layoutOf(said);
    layout ||= JSON.stringify(found);
    store ??= (await features([{ rows: count, layout: found }]))?.[0];
    if (store === undefined || layout !== JSON.stringify(found)) return closed(store);
    await store.write(teacher.inputs ? batch.items.map((item) => own.sampleOf(item)) : batch.items, said);
    done += batch.size;
    onProgress(done, own.size);
  }
  return store;
}

async function closed(store: FeatureStore | undefined): Promise<undefined> {
  await store?.close();
}

const FIRST = { epoch: 0, shuffle: false, seed: 0, start: 0 };

function layoutOf(said: Tensors): FeatureLayout {
  return Object.fromEntries(Object.entries(said).map(([name, { type, dims }]) => [name, { type, dims: dims.slice(1) }]));
}

function storedLessons(source: BatchSource, store: FeatureStore, { inputs }: Teacher): BatchSource {
  const rowsOf = ({ items }: PlacedBatch): readonly number[] => (inputs ? items.map((item) => source.sampleOf(item)) : items);
  return {
    ...source,
    async *epoch(request) {
      for await (const batch of source.epoch(request)) yield { ...batch, lessons: { ...batch.lessons, ...(await store.read(rowsOf(batch))) } };
    },
    close: () => store.close(),
  };
}

function liveLessons(source: BatchSource, own: Items, speaker: Speaker, seed: number): BatchSource {
  return {
    ...source,
    async *epoch(request) {
      const taught = async (batch: PlacedBatch): Promise<PlacedBatch> => {
        const planned = { position: batch.position, items: batch.items, dims: own.dimsOf(batch.items) };
        for await (const read of own.read([planned], { epoch: request.epoch, seed })) {
          return { ...batch, lessons: { ...batch.lessons, ...(await speaker.say(read)) } };
        }
        return batch;
      };
      yield* oneAhead(source.epoch(request), taught);
    },
    close: () => speaker.release(),
  };
}

/** Works on the next item while the present one is in use. */
async function* oneAhead<T>(items: AsyncIterable<T>, work: (item: T) => Promise<T>): AsyncGenerator<T> {
  let ready: Promise<T> | undefined;
  for await (const item of items) {
    const next = work(item);
    // An error is thrown when the item is reached; until then it must not count as unhandled.
    next.catch(() => {});
    if (ready) yield await ready;
    ready = next;
  }
  if (ready) yield await ready;
}
