import { collateLabels } from './collate.js';
import { allIndices, type Dataset } from './dataset.js';
import type { EpochRequest, ItemBatch, Items, ModelInputs, PlannedBatch, SampleDims } from './items.js';
import { readBatches } from './loader.js';
import { epochOrder } from './order.js';
import { rowCollector } from './row-collector.js';
import type { SkipLog } from './skips.js';
import { isRandom } from './transforms/pipeline.js';
import type { TransformStep } from './transforms/table.js';

/** Steps from a decoded image to a tensor, while training and while evaluating. */
export type ImageSteps = Readonly<Record<'train' | 'eval', readonly TransformStep[]>>;

/** Images, which go through the steps to the model's only input, or tensors, which are read as they are: all samples of one shape. */
export function rowInputs(dims: SampleDims, steps?: ImageSteps): ModelInputs {
  const [input = ''] = Object.keys(dims);
  return {
    dims,
    open: async (dataset, mode, skips) =>
      rowItems({ dataset, dims, skips, ...(steps && { transforms: steps[mode === 'train' ? 'train' : 'eval'], input }) }),
  };
}

interface Rows {
  readonly dataset: Dataset;
  readonly dims: SampleDims;
  readonly skips: SkipLog;
  readonly transforms?: readonly TransformStep[];
  readonly input?: string;
}

function rowItems({ dims, ...source }: Rows): Items {
  const { dataset, transforms } = source;
  const isRepeatable = transforms === undefined || !isRandom(transforms);
  return {
    size: dataset.size,
    isRepeatable,
    ...(!isRepeatable && { hasViews: true }),
    sampleOf: (item) => item,
    plan: (request, items = allIndices(dataset)) => sliced(request, items, dims),
    dimsOf: () => dims,
    async *read(planned, order): AsyncGenerator<ItemBatch> {
      for await (const { labels, indices, ...batch } of readBatches({ ...source, ...order }, planned)) {
        yield { ...batch, items: indices, target: labels, dims };
      }
    },
    targets: async ({ items }: PlannedBatch) =>
      collateLabels(
        dataset.target,
        items.map((item) => dataset.sample(item)),
      ),
    collector: () => rowCollector((item) => item),
  };
}

/** An epoch's order in batches of one size; the last may be short. */
function sliced({ batchSize, start, ...order }: EpochRequest, indices: readonly number[], dims: SampleDims): PlannedBatch[] {
  const ordered = epochOrder({ indices, ...order });
  const batches: PlannedBatch[] = [];
  for (let position = start; position * batchSize < ordered.length; position++) {
    batches.push({ position, items: ordered.slice(position * batchSize, (position + 1) * batchSize), dims });
  }
  return batches;
}
