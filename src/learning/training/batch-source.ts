import { sizeOf, type Tensor } from '../../core/index.js';
import type { TensorType } from '../../engine/graph/index.js';
import type { Program, Tensors } from '../../engine/runtime/index.js';
import { allIndices, batches, collateLabels, type Dataset, epochOrder, isRandom, type SkipLog, type TransformStep } from '../data/index.js';
import { firstRows, padRows, type TrainingBatch } from './batch.js';
import type { FeatureLayout, FeatureStore, OpenFeatureStore } from './feature-store.js';
import type { Forward } from './forward.js';

/** Which batches of a data set are wanted. */
export interface EpochRequest {
  readonly epoch: number;
  readonly shuffle: boolean;
  readonly seed: number;
  readonly batchSize: number;
  /** Position of the first batch. */
  readonly start: number;
}

/** A batch and its place in the epoch. */
export interface PlacedBatch extends TrainingBatch {
  readonly position: number;
  readonly indices: readonly number[];
}

/** Gives the batches that the trainable part of a model takes. */
export interface BatchSource {
  /** Samples that can be read. */
  readonly size: number;
  epoch(request: EpochRequest): AsyncIterable<PlacedBatch>;
  close(): Promise<void>;
}

export interface SourceData {
  readonly dataset: Dataset;
  /** For images; tensor data takes none. */
  readonly transforms: readonly TransformStep[] | undefined;
  /** The model's input that images go to. */
  readonly input: string | undefined;
  readonly skips: SkipLog;
}

/** A compiled frozen part of a model. */
interface Prefix {
  readonly program: Program;
  readonly rows: number;
  /** Names of what the trainable part reads: outputs of the program, and inputs that pass it by. */
  readonly boundary: readonly string[];
}

/** Decodes, transforms and, where there is a frozen prefix, runs it for every batch of every epoch. */
export function liveSource(data: SourceData, prefix: Prefix | undefined): BatchSource {
  const { dataset } = data;
  const apply = async (inputs: Tensors, size: number): Promise<Tensors> => {
    if (prefix === undefined) return inputs;
    const { program, rows, boundary } = prefix;
    const padded = Object.entries(inputs).map(([name, tensor]) => [name, padRows(tensor, rows)] as const);
    const passing = Object.fromEntries(padded.filter(([name]) => boundary.includes(name)));
    const given = Object.fromEntries(padded.filter(([name]) => !boundary.includes(name)));
    const outputs = await program.run(passing, given);
    return Object.fromEntries(Object.entries({ ...passing, ...outputs }).map(([name, tensor]) => [name, firstRows(tensor, size)]));
  };
  return {
    size: dataset.size,
    async *epoch(request) {
      for await (const { inputs, labels, indices, position, size } of rawBatches(data, request)) {
        yield { size, inputs: await apply(inputs, size), target: labels, indices, position };
      }
    },
    close: async () => {},
  };
}

function rawBatches({ dataset, transforms, input, skips }: SourceData, request: EpochRequest): ReturnType<typeof batches> {
  return batches({
    dataset,
    indices: allIndices(dataset),
    skips,
    ...request,
    ...(transforms === undefined ? {} : { transforms }),
    ...(input === undefined ? {} : { input }),
  });
}

/** Runs the frozen prefix once over all samples and keeps what it gave. */
async function cachedSource(
  data: SourceData,
  store: FeatureStore,
  prefix: Prefix,
  onProgress: (done: number, total: number) => void,
): Promise<BatchSource> {
  const { dataset } = data;
  const readable: number[] = [];
  const live = liveSource(data, prefix);
  // Always in index order and in batches of one size, so that the features do not depend on how training shuffles.
  for await (const batch of live.epoch({ epoch: 0, shuffle: false, seed: 0, batchSize: prefix.rows, start: 0 })) {
    await store.write(batch.indices, Object.fromEntries(prefix.boundary.map((name) => [name, batch.inputs[name] as Tensor])));
    readable.push(...batch.indices);
    onProgress(readable.length, dataset.size);
  }
  return {
    size: readable.length,
    async *epoch({ epoch, shuffle, seed, batchSize, start }) {
      const order = epochOrder({ indices: readable, shuffle, seed, epoch });
      for (let position = start; position * batchSize < order.length; position++) {
        const indices = order.slice(position * batchSize, (position + 1) * batchSize);
        const samples = indices.map((index) => dataset.sample(index));
        yield { size: indices.length, inputs: await store.read(indices), target: collateLabels(dataset.target, samples), indices, position };
      }
    },
    close: () => store.close(),
  };
}

/** Layout of the boundary values of a prefix, `undefined` when one of them has no batch axis in front. */
function boundaryLayout({ boundary, types }: Forward, rows: number): FeatureLayout | undefined {
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
 * @param onProgress called after each batch that is cached; what it throws ends the work
 */
export async function openSource(
  data: SourceData,
  prefix: { readonly program: Program; readonly rows: number; readonly forward: Forward } | undefined,
  open: OpenFeatureStore,
  onProgress: (done: number, total: number) => void,
): Promise<BatchSource> {
  const repeatable = data.transforms === undefined || !isRandom(data.transforms);
  const layout = prefix && repeatable ? boundaryLayout(prefix.forward, prefix.rows) : undefined;
  const store = layout && (await open(data.dataset.size, layout));
  const frozen = prefix && { program: prefix.program, rows: prefix.rows, boundary: prefix.forward.boundary };
  if (!store || !frozen) return liveSource(data, frozen);
  return cachedSource(data, store, frozen, onProgress).catch(async (error: unknown) => {
    await store.close();
    throw error;
  });
}
