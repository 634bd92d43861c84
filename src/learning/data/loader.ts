import { fail, type Random, type Tensor } from '../../core/index.js';
import { collateLabels, collateMasks, stack } from './collate.js';
import type { Content, Dataset, ImageContent, Sample } from './dataset.js';
import type { Mask } from './image.js';
import type { PlannedBatch } from './items.js';
import { concurrencyLimit } from './limit.js';
import { batchCount, type EpochOrder, epochOrder } from './order.js';
import { SkipLog } from './skips.js';
import { compileMaskTransforms, compileTransforms, type Pipeline, sampleRandom } from './transforms/pipeline.js';
import type { TransformInput, TransformStep } from './transforms/table.js';

export interface ReadOptions {
  readonly dataset: Dataset;
  readonly seed: number;
  /** From 0. */
  readonly epoch: number;
  /** What images go through, ending with `to-tensor`. Tensor data takes none. */
  readonly transforms?: readonly (TransformInput | TransformStep)[];
  /** What images go through in the place of `transforms`. */
  readonly pipeline?: Pipeline;
  /** Name of the tensor that images become (default `image`). */
  readonly input?: string;
  /** Batches prepared ahead of the one in use (default 2). */
  readonly prefetch?: number;
  /** Samples decoded at once (default 8). */
  readonly concurrency?: number;
  /** Counts unreadable samples; give the same one to every epoch of a run. */
  readonly skips?: SkipLog;
}

export interface BatchOptions extends ReadOptions, EpochOrder {
  readonly batchSize: number;
  /** Whether a last batch with fewer samples is left out (default: it is kept, short). */
  readonly dropLast?: boolean;
  /** Position of the first batch; earlier ones are passed over without decoding. */
  readonly start?: number;
}

export interface Batch {
  /** Position in the epoch, from 0. */
  readonly position: number;
  /** Number of samples N: the batch size, or less for the last batch or where samples were skipped; never 0. */
  readonly size: number;
  /** Position in the data set of each sample. */
  readonly indices: readonly number[];
  /** By input name, [N, …] each. */
  readonly inputs: Readonly<Record<string, Tensor>>;
  /** int64 [N] class indices, int64 [N, H, W] of masks, float32 [N, K] regression targets, or float32 [N, 0] when there are no labels. */
  readonly labels: Tensor;
}

/**
 * The batches of one epoch. The next ones are read and decoded while one is in use. A batch is a function of seed, epoch and
 * position alone, so an epoch that starts later gives the same batches. Unreadable samples are left out and counted in `skips`; a batch
 * that loses all of them is not given.
 *
 * @throws DATA_TOO_MANY_SKIPPED, DATA_SHAPE_DIFFERS, DATA_TRANSFORM_INVALID, DATA_TRANSFORM_ORDER, DATA_TRANSFORM_TENSORS
 */
export function batches(options: BatchOptions): AsyncGenerator<Batch, void, void> {
  const { batchSize, dropLast = false, start = 0 } = options;
  const order = epochOrder(options);
  const count = batchCount(order.length, batchSize, dropLast);
  const positions = Array.from({ length: Math.max(0, count - start) }, (_, i) => start + i);
  const planned = positions.map((position) => ({ position, items: order.slice(position * batchSize, (position + 1) * batchSize) }));
  return readBatches({ skips: new SkipLog(options.indices.length), ...options }, planned);
}

/** The batches of a plan, as {@link batches} gives them. */
export async function* readBatches(
  options: ReadOptions,
  planned: readonly Pick<PlannedBatch, 'position' | 'items'>[],
): AsyncGenerator<Batch, void, void> {
  const { dataset, prefetch = 2, skips = new SkipLog(dataset.size) } = options;
  if (dataset.kind === 'tensors' && options.transforms !== undefined) fail('DATA_TRANSFORM_TENSORS', { data: dataset.name });
  const stop = new AbortController();
  const prepare = batchMaker(options, stop.signal);
  const ahead: Promise<PreparedBatch>[] = [];
  let next = 0;
  const fill = (): void => {
    while (next < planned.length && ahead.length < Math.max(1, prefetch)) {
      const { items, position } = planned[next++] as PlannedBatch;
      const batch = prepare(items, position);
      // An error is thrown when the batch is reached; until then it must not count as unhandled.
      batch.catch(() => {});
      ahead.push(batch);
    }
  };
  try {
    for (fill(); ahead.length > 0; ) {
      const { batch, failures } = (await ahead.shift()) as PreparedBatch;
      // Counted in the order of the samples, however the decoding of several came out.
      for (const { sample, error } of failures) skips.add(sample, error);
      fill();
      if (batch) yield batch;
    }
  } finally {
    stop.abort();
  }
}

/** What the model reads of a sample, and the mask it shall answer with. */
interface Prepared {
  readonly inputs: Readonly<Record<string, Tensor>>;
  readonly mask?: Mask;
}

interface Loaded extends Prepared {
  readonly index: number;
  readonly sample: Sample;
}

interface Failure {
  readonly sample: Sample;
  readonly error: unknown;
}

interface PreparedBatch {
  readonly batch: Batch | undefined;
  readonly failures: readonly Failure[];
}

type BatchMaker = (indices: readonly number[], position: number) => Promise<PreparedBatch>;

function batchMaker(options: ReadOptions, stop: AbortSignal): BatchMaker {
  const { dataset, concurrency = 8 } = options;
  const limited = concurrencyLimit(concurrency);
  const prepare = sampleMaker(options);
  const load = async (index: number): Promise<Loaded | Failure | undefined> => {
    if (stop.aborted) return undefined;
    const sample = dataset.sample(index);
    try {
      return { index, sample, ...prepare(await dataset.load(index), sample) };
    } catch (error) {
      return { sample, error };
    }
  };
  return async (indices, position) => {
    const entries = (await Promise.all(indices.map((index) => limited(() => load(index))))).filter((entry) => entry !== undefined);
    const loaded = entries.filter((entry) => 'inputs' in entry);
    return { batch: assemble(dataset, loaded, position), failures: entries.filter((entry) => 'error' in entry) };
  };
}

function sampleMaker(options: ReadOptions): (content: Content, sample: Sample) => Prepared {
  const { dataset } = options;
  const fromImage = dataset.kind === 'image' ? imageMaker(options) : undefined;
  return (content, sample) => {
    if (content.kind === 'tensors') return { inputs: content.tensors };
    if (content.kind === 'text' || !fromImage)
      return fail('TASK_CONTENT', { task: 'batches', expected: 'image', data: dataset.name, actual: content.kind });
    return fromImage(content, sample);
  };
}

function imageMaker({
  dataset,
  transforms = [],
  pipeline: given,
  input = 'image',
  seed,
  epoch,
}: ReadOptions): (content: ImageContent, sample: Sample) => Prepared {
  const random = ({ id }: Sample): Random => sampleRandom(seed, epoch, id);
  if (dataset.target.kind !== 'masks') {
    const pipeline = given ?? compileTransforms(transforms);
    return ({ image }, sample) => ({ inputs: { [input]: pipeline(image, random(sample)) } });
  }
  const pipeline = compileMaskTransforms(transforms);
  return ({ image, mask }, sample) => {
    const moved = pipeline.apply(image, mask as Mask, random(sample));
    return { inputs: { [input]: moved.input }, mask: moved.mask };
  };
}

function assemble(dataset: Dataset, loaded: readonly Loaded[], position: number): Batch | undefined {
  const first = loaded[0];
  if (first === undefined) return undefined;
  const samples = loaded.map((entry) => entry.sample);
  const inputs: Record<string, Tensor> = {};
  for (const name of Object.keys(first.inputs)) {
    inputs[name] = stack(
      name,
      loaded.map((entry) => entry.inputs[name] as Tensor),
      samples,
    );
  }
  const masks = loaded.flatMap(({ mask }) => mask ?? []);
  const labels = masks.length > 0 ? collateMasks(masks, samples) : collateLabels(dataset.target, samples);
  return { position, size: loaded.length, indices: loaded.map((entry) => entry.index), inputs, labels };
}
