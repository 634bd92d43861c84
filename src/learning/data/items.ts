import type { Tensor } from '../../core/index.js';
import type { Dataset } from './dataset.js';
import type { SkipLog } from './skips.js';

/** Shape of one sample by input of the model, without the batch axis. */
export type SampleDims = Readonly<Record<string, readonly number[]>>;

/** Whether data is read as for training, with random changes, as for evaluation, or to predict it. */
export type ReadingMode = 'train' | 'eval' | 'predict';

/** How samples become what a model reads. */
export interface ModelInputs {
  /** Shape of one sample; where samples differ in length, of the longest that can be. */
  readonly dims: SampleDims;
  /** @throws what reading all of the data meets, where it has to be read before the first batch */
  open(dataset: Dataset, mode: ReadingMode, skips: SkipLog): Promise<Items>;
}

/** Which batches are wanted. */
export interface EpochRequest {
  readonly epoch: number;
  readonly shuffle: boolean;
  readonly seed: number;
  readonly batchSize: number;
  /** Position of the first batch. */
  readonly start: number;
}

/** Items of one shape that go through the model together. */
export interface PlannedBatch {
  /** Position in the epoch, from 0. */
  readonly position: number;
  readonly items: readonly number[];
  readonly dims: SampleDims;
}

/** What the model reads of some items, and what it shall say. */
export interface ItemBatch extends PlannedBatch {
  /** Number of items N; less than planned where samples cannot be read. */
  readonly size: number;
  /** `[N, …]` by input name. */
  readonly inputs: Readonly<Record<string, Tensor>>;
  readonly target: Tensor;
}

/** Raw outputs for some samples and what would have been right. */
export interface Collected {
  /** `[N, width]` row-major. */
  readonly outputs: Float32Array;
  readonly width: number;
  /** Class indices `[N]`, or values `[N, K]` row-major. */
  readonly targets: Float64Array;
  /** Position in the data set of each row; unreadable samples are missing. */
  readonly indices: readonly number[];
}

/** Takes a model's outputs batch by batch. */
export interface Collector {
  /** @param output `[N, …]` */
  add(batch: Pick<ItemBatch, 'items' | 'target'>, output: Tensor): void;
  /** What is kept of the output for each item, by the position of its sample in the data set, ascending. */
  rows(): ReadonlyMap<number, readonly Float32Array[]>;
  /** One row a sample: the output itself, or what a task counts of it. */
  finish(): Promise<Collected>;
}

/** The samples of a data set as a model reads them: one item a sample, or several where a long text is read in windows. */
export interface Items {
  /** Number of items; positions count from 0. */
  readonly size: number;
  /** Whether an item is read alike in every epoch: only then can what a frozen part of the model makes of it be kept. */
  readonly isRepeatable: boolean;
  /** Set where an item is read otherwise in each epoch, but whatever batch it is in: then what some epochs make of it can be kept. */
  readonly hasViews?: true;
  /** Position of an item's sample in the data set. */
  sampleOf(item: number): number;
  /** The batches of an epoch, over all items or over some. A function of its arguments alone. */
  plan(request: EpochRequest, items?: readonly number[]): readonly PlannedBatch[];
  /** The shape of a batch of these items, which holds the longest. */
  dimsOf(items: readonly number[]): SampleDims;
  /** Reads the batches in order, the next ones while one is in use; one that loses all of its samples is not given. */
  read(planned: readonly PlannedBatch[], order: Pick<EpochRequest, 'seed' | 'epoch'>): AsyncIterable<ItemBatch>;
  /** What the model shall say of the items of a batch, without what the model reads of them. */
  targets(planned: PlannedBatch): Promise<Tensor>;
  collector(): Collector;
}
