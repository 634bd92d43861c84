import { groupBy, sizeOf, type Tensor } from '../../core/index.js';
import { collateLabels } from './collate.js';
import { allIndices, type Dataset } from './dataset.js';
import type { Collector, EpochRequest, ItemBatch, Items, ModelInputs, PlannedBatch, SampleDims } from './items.js';
import { type Batch, readBatches } from './loader.js';
import type { SkipLog } from './skips.js';
import type { TransformStep } from './transforms/table.js';
import { countViews, type ViewsName, viewsPipeline } from './transforms/views.js';

/** One answer from those to several views of a sample: raw outputs of the model `[width]` each. */
export type Average = (rows: readonly Float32Array[]) => Float32Array;

export interface ViewedSpec {
  /** Shape of one view by input of the model. */
  readonly dims: SampleDims;
  /** Steps that give the usual view of an image. */
  readonly steps: readonly TransformStep[];
  readonly views: ViewsName;
  readonly average: Average;
  /** Rows of a batch at most. */
  readonly rows: number;
}

/** Images of which the model is shown several views, each image decoded once; the answers to them are averaged. An item is a view. */
export function viewedInputs(spec: ViewedSpec): ModelInputs {
  return { dims: spec.dims, open: async (dataset, _, skips) => viewedItems(spec, dataset, skips) };
}

function viewedItems(spec: ViewedSpec, dataset: Dataset, skips: SkipLog): Items {
  const { dims, steps, views, average } = spec;
  const count = countViews(views);
  const [input = ''] = Object.keys(dims);
  const options = { dataset, skips, input, pipeline: viewsPipeline(views, steps) };
  const sampleOf = (item: number): number => Math.floor(item / count);
  const samplesOf = (items: readonly number[]): readonly number[] => [...new Set(items.map(sampleOf))];
  const targetOf = (items: readonly number[]): Tensor =>
    collateLabels(
      dataset.target,
      items.map((item) => dataset.sample(sampleOf(item))),
    );
  return {
    size: dataset.size * count,
    isRepeatable: true,
    sampleOf,
    plan: (request, items = itemsOf(allIndices(dataset), count)) => planned(request, samplesOf(items), count, dims),
    dimsOf: () => dims,
    async *read(batches, order): AsyncGenerator<ItemBatch> {
      const bySample = batches.map((batch) => ({ position: batch.position, items: samplesOf(batch.items) }));
      for await (const batch of readBatches({ ...options, ...order }, bySample)) {
        for (const part of parts(batch, spec, count)) yield { ...part, target: targetOf(part.items) };
      }
    },
    targets: async ({ items }) => targetOf(items),
    collector: () => averaging(dataset, sampleOf, average),
  };
}

function itemsOf(samples: readonly number[], count: number): number[] {
  return samples.flatMap((sample) => Array.from({ length: count }, (_, view) => sample * count + view));
}

/** Whole samples, as many as fit into a batch, at least one. */
function planned({ batchSize, start }: EpochRequest, samples: readonly number[], count: number, dims: SampleDims): PlannedBatch[] {
  const each = Math.max(1, Math.floor(batchSize / count));
  const batches: PlannedBatch[] = [];
  for (let position = start; position * each < samples.length; position++) {
    batches.push({ position, items: itemsOf(samples.slice(position * each, (position + 1) * each), count), dims });
  }
  return batches;
}

/** The views of a batch of samples, `[N · V, …]`, in parts where these are more than a batch may have. */
function* parts({ position, indices, inputs }: Batch, { dims, rows }: ViewedSpec, count: number): Generator<Omit<ItemBatch, 'target'>> {
  const items = itemsOf(indices, count);
  for (let from = 0; from < items.length; from += rows) {
    const to = Math.min(items.length, from + rows);
    const taken = Object.entries(inputs).map(([name, tensor]) => [name, viewRows(tensor, from, to)] as const);
    yield { position, items: items.slice(from, to), size: to - from, dims, inputs: Object.fromEntries(taken) };
  }
}

/** Rows `from` to `to` of `[N, V, …]` seen as `[N · V, …]`. */
function viewRows({ type, dims: [, , ...rest], data }: Tensor, from: number, to: number): Tensor {
  const width = sizeOf(rest);
  return { type, dims: [to - from, ...rest], data: data.slice(from * width, to * width) as Tensor['data'] };
}

/** One row a sample: the average of the answers to its views. */
function averaging(dataset: Dataset, sampleOf: (item: number) => number, average: Average): Collector {
  const answers: { readonly sample: number; readonly row: Float32Array }[] = [];
  const rows = (): Map<number, Float32Array> => {
    const bySample = [...groupBy(answers, ({ sample }) => sample)].sort(([a], [b]) => a - b);
    return new Map(bySample.map(([sample, found]) => [sample, average(found.map(({ row }) => row))]));
  };
  return {
    add({ items }, { dims, data }): void {
      const width = sizeOf(dims.slice(1));
      items.forEach((item, i) => {
        answers.push({ sample: sampleOf(item), row: (data as Float32Array).slice(i * width, (i + 1) * width) });
      });
    },
    rows: () => new Map([...rows()].map(([sample, row]) => [sample, [row]])),
    async finish() {
      const found = rows();
      const indices = [...found.keys()];
      const outputs = Float32Array.from([...found.values()].flatMap((row) => [...row]));
      const { data } = collateLabels(
        dataset.target,
        indices.map((index) => dataset.sample(index)),
      );
      const targets = Float64Array.from(data as ArrayLike<number | bigint>, Number);
      return { outputs, width: outputs.length / Math.max(1, indices.length), targets, indices };
    },
  };
}
