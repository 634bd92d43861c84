import { collateLabels, collateMasks } from './collate.js';
import { allIndices, type Dataset } from './dataset.js';
import type { Mask } from './image.js';
import type { EpochRequest, ItemBatch, Items, ModelInputs, PlannedBatch, SampleDims } from './items.js';
import { readBatches } from './loader.js';
import { epochOrder } from './order.js';
import { countsCollector, rowCollector } from './row-collector.js';
import type { SkipLog } from './skips.js';
import { compileMaskTransforms, isRandom } from './transforms/pipeline.js';
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
    // Masks are read anew without their images, which a drawn geometry does not allow.
    ...(!isRepeatable && dataset.target.kind !== 'masks' && { hasViews: true }),
    sampleOf: (item) => item,
    plan: (request, items = allIndices(dataset)) => sliced(request, items, dims),
    dimsOf: () => dims,
    async *read(planned, order): AsyncGenerator<ItemBatch> {
      for await (const { labels, indices, ...batch } of readBatches({ ...source, ...order }, planned)) {
        yield { ...batch, items: indices, target: labels, dims };
      }
    },
    targets: targetReader(source),
    collector: () => (dataset.target.kind === 'masks' ? countsCollector((item) => item) : rowCollector((item) => item)),
  };
}

/** Labels are known; masks are read once more, without their images. */
function targetReader({ dataset, transforms = [] }: Pick<Rows, 'dataset' | 'transforms'>): Items['targets'] {
  const samples = ({ items }: PlannedBatch) => items.map((item) => dataset.sample(item));
  if (dataset.target.kind !== 'masks') return async (planned) => collateLabels(dataset.target, samples(planned));
  const pipeline = compileMaskTransforms(transforms);
  const read = dataset.mask as (item: number) => Promise<Mask>;
  return async (planned) => {
    const masks = await Promise.all(planned.items.map(async (item) => pipeline.applyToMask(await read(item))));
    return collateMasks(masks, samples(planned));
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
