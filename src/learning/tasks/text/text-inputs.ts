import { groupBy, Random, RegraftError, type Tensor } from '../../../core/index.js';
import {
  collateLabels,
  type Dataset,
  type EpochRequest,
  epochOrder,
  type ItemBatch,
  type Items,
  type ModelInputs,
  type PlannedBatch,
  type ReadingMode,
  type SampleDims,
  type SkipLog,
} from '../../data/index.js';
import type { Task } from '../task.js';
import { bucketOf, chooseBuckets } from './buckets.js';
import { textCollector } from './collector.js';
import { collateTexts, type TextInputSlot, textDims } from './layout.js';
import { PackedRows } from './packed.js';
import { type EncodeContext, type EncodedText, IGNORED, type TextReading, type TextSample } from './reading.js';

export interface TextInputSpec {
  readonly task: Task & { readonly text: TextReading };
  readonly context: EncodeContext;
  readonly slots: readonly TextInputSlot[];
  readonly padId: number;
  /** Samples of a batch: a bucket of lengths is worth its own compilation for several of them. */
  readonly batchSize: number;
  /** Whether texts are trained on in the order of the data: then all are padded alike. */
  readonly inOrder: boolean;
  /** Called with the number of texts of a data set that were cut. */
  readonly onCut?: (dataset: Dataset, count: number) => void;
}

/** Texts that are tokenised together. */
const CHUNK = 256;
/** Batches that a bucket should have. */
const BATCHES_A_BUCKET = 4;
const MOST_BUCKETS = 8;

/** Texts as tokens, padded to the lengths of a few buckets so that each is compiled once. Tokenised once for each data set. */
export function textInputs(spec: TextInputSpec): ModelInputs {
  const encoded = new WeakMap<Dataset, Promise<EncodedTexts>>();
  return {
    dims: textDims(spec.slots, longestOf(spec)),
    open: async (dataset, mode, skips) => {
      const found = encoded.get(dataset) ?? encodeAll(spec, dataset, mode, skips);
      encoded.set(dataset, found);
      return new TextItems(spec, dataset, await found, mode);
    },
  };
}

/** Tokens that the model takes at most, or exactly. */
function longestOf({ slots, context }: TextInputSpec): number {
  return slots[0]?.length ?? context.maxLength;
}

/** A tokenised data set. */
interface EncodedTexts {
  readonly ids: PackedRows<Int32Array>;
  readonly typeIds: PackedRows<Uint8Array>;
  readonly targets: PackedRows<Int32Array>;
  /** Position in the data set of each item's sample. */
  readonly samples: readonly number[];
}

/** @throws DATA_TOO_MANY_SKIPPED */
async function encodeAll({ task, context, onCut }: TextInputSpec, dataset: Dataset, mode: ReadingMode, skips: SkipLog): Promise<EncodedTexts> {
  const result = {
    ids: new PackedRows(Int32Array),
    typeIds: new PackedRows(Uint8Array),
    targets: new PackedRows(Int32Array),
    samples: [] as number[],
  };
  let cut = 0;
  for (let start = 0; start < dataset.size; start += CHUNK) {
    const { samples, indices } = await loadTexts(dataset, start, Math.min(dataset.size, start + CHUNK), skips);
    const found = await task.text.encode(samples, context, mode);
    for (const [i, items] of found.entries()) {
      const index = indices[i] as number;
      if (items instanceof RegraftError) {
        skips.add(dataset.sample(index), items);
        continue;
      }
      if (items.some(({ isCut }) => isCut)) cut++;
      for (const item of items) append(result, item, index);
    }
  }
  if (cut > 0) onCut?.(dataset, cut);
  return result;
}

function append({ ids, typeIds, targets, samples }: EncodedTexts & { readonly samples: number[] }, item: EncodedText, index: number): void {
  ids.push(item.ids);
  typeIds.push(item.typeIds ?? NONE);
  targets.push(item.target ?? NO_TARGET);
  samples.push(index);
}
const NONE = new Uint8Array();
const NO_TARGET = new Int32Array();

async function loadTexts(
  dataset: Dataset,
  start: number,
  end: number,
  skips: SkipLog,
): Promise<{ readonly samples: TextSample[]; readonly indices: number[] }> {
  const samples: TextSample[] = [];
  const indices: number[] = [];
  for (let index = start; index < end; index++) {
    try {
      const content = await dataset.load(index);
      if (content.kind !== 'text') continue;
      samples.push({ content, label: dataset.sample(index).label });
      indices.push(index);
    } catch (error) {
      skips.add(dataset.sample(index), error);
    }
  }
  return { samples, indices };
}

class TextItems implements Items {
  readonly #spec: TextInputSpec;
  readonly #dataset: Dataset;
  readonly #texts: EncodedTexts;
  readonly #mode: ReadingMode;
  readonly #buckets: readonly number[];

  constructor(spec: TextInputSpec, dataset: Dataset, texts: EncodedTexts, mode: ReadingMode) {
    this.#spec = spec;
    this.#dataset = dataset;
    this.#texts = texts;
    this.#mode = mode;
    this.#buckets = this.#chooseBuckets();
  }

  get size(): number {
    return this.#texts.samples.length;
  }

  get isRepeatable(): boolean {
    return this.#spec.task.text.vary === undefined;
  }

  sampleOf(item: number): number {
    return this.#texts.samples[item] as number;
  }

  plan({ batchSize, start, ...order }: EpochRequest, items: readonly number[] = [...this.#texts.samples.keys()]): PlannedBatch[] {
    const units = this.#units(items);
    const groups = groupBy([...units.keys()], (unit) => this.#bucketOf(units.get(unit) as readonly number[]));
    const batches: Omit<PlannedBatch, 'position'>[] = [];
    for (const [bucket, length] of this.#buckets.entries()) {
      const ordered = epochOrder({ indices: groups.get(bucket) ?? [], ...order });
      const dims = textDims(this.#spec.slots, length);
      for (let from = 0; from < ordered.length; from += batchSize) {
        batches.push({ items: ordered.slice(from, from + batchSize).flatMap((unit) => units.get(unit) as readonly number[]), dims });
      }
    }
    const mixed = order.shuffle ? new Random(order.seed, `batches:${order.epoch}`).shuffle(batches) : batches;
    return mixed.map((batch, position) => ({ ...batch, position })).slice(start);
  }

  dimsOf(items: readonly number[]): SampleDims {
    return textDims(this.#spec.slots, this.#buckets[this.#bucketOf(items)] as number);
  }

  async *read(planned: readonly PlannedBatch[], { seed, epoch }: Pick<EpochRequest, 'seed' | 'epoch'>): AsyncGenerator<ItemBatch> {
    const { slots, padId } = this.#spec;
    for (const batch of planned) {
      const texts = batch.items.map((item) => this.#item(item, seed, epoch));
      const length = lengthOf(batch);
      yield { ...batch, size: batch.items.length, inputs: collateTexts(slots, texts, length, padId), target: this.#target(batch, texts) };
    }
  }

  async targets(planned: PlannedBatch): Promise<Tensor> {
    return this.#target(
      planned,
      planned.items.map((item) => this.#stored(item)),
    );
  }

  collector(): ReturnType<typeof textCollector> {
    const { task, context } = this.#spec;
    return textCollector({
      reading: task.text,
      dataset: this.#dataset,
      context,
      item: (item) => this.#stored(item),
      sampleOf: (item) => this.sampleOf(item),
    });
  }

  /** What stays together in a batch, by its first item: each item alone, or those of a sample. */
  #units(items: readonly number[]): ReadonlyMap<number, readonly number[]> {
    if (this.#mode !== 'train' || !this.#spec.task.text.together) return new Map(items.map((item) => [item, [item]]));
    const samples = groupBy(items, (item) => this.sampleOf(item));
    return new Map([...samples.values()].map((unit) => [unit[0] as number, unit]));
  }

  /** The bucket that the longest of some items needs. */
  #bucketOf(items: readonly number[]): number {
    return Math.max(...items.map((item) => bucketOf(this.#buckets, this.#texts.ids.at(item).length)));
  }

  #stored(item: number): EncodedText {
    const typeIds = this.#texts.typeIds.at(item);
    const target = this.#texts.targets.at(item);
    return { ids: this.#texts.ids.at(item), ...(typeIds.length > 0 && { typeIds }), ...(target.length > 0 && { target }) };
  }

  #item(item: number, seed: number, epoch: number): EncodedText {
    const { task, context } = this.#spec;
    const stored = this.#stored(item);
    // While evaluating, one and the same variation at every time.
    const stream = this.#mode === 'train' ? `vary:${epoch}:${item}` : `vary:eval:${item}`;
    return task.text.vary && this.#mode !== 'predict' ? task.text.vary(stored, new Random(seed, stream), context.tokenizer) : stored;
  }

  #target(planned: PlannedBatch, texts: readonly EncodedText[]): Tensor {
    const { text } = this.#spec.task;
    if (text.targetLength) return paddedTargets(texts, text.targetLength(lengthOf(planned)));
    return collateLabels(
      this.#dataset.target,
      planned.items.map((item) => this.#dataset.sample(this.sampleOf(item))),
    );
  }

  #chooseBuckets(): readonly number[] {
    const { slots, batchSize, inOrder } = this.#spec;
    const fixed = slots[0]?.length;
    if (fixed !== undefined) return [fixed];
    const lengths = Int32Array.from({ length: this.size }, (_, item) => this.#texts.ids.at(item).length);
    const worthwhile = Math.max(1, Math.min(MOST_BUCKETS, Math.floor(this.size / (batchSize * BATCHES_A_BUCKET))));
    return chooseBuckets(lengths, inOrder && this.#mode === 'train' ? 1 : worthwhile, longestOf(this.#spec));
  }
}

function lengthOf({ dims }: PlannedBatch): number {
  return Object.values(dims)[0]?.[0] as number;
}

/** int64 `[N, length]`, padded with what counts for nothing. */
function paddedTargets(texts: readonly EncodedText[], length: number): Tensor {
  const data = new BigInt64Array(texts.length * length).fill(BigInt(IGNORED));
  texts.forEach(({ target = NO_TARGET }, row) => {
    for (let i = 0; i < target.length; i++) data[row * length + i] = BigInt(target[i] as number);
  });
  return { type: 'int64', dims: [texts.length, length], data };
}
