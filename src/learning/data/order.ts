import { Random } from '../../core/index.js';

/** Which samples an epoch visits, and in what order. */
export interface EpochOrder {
  readonly indices: readonly number[];
  /** Whether each epoch has an order of its own; otherwise that of `indices`. */
  readonly shuffle: boolean;
  readonly seed: number;
  /** From 0. */
  readonly epoch: number;
}

/** The indices in the order of one epoch. */
export function epochOrder({ indices, shuffle, seed, epoch }: EpochOrder): readonly number[] {
  return shuffle ? new Random(seed, `shuffle:${epoch}`).shuffle(indices) : indices;
}

/** Number of batches an epoch has; the last may be short unless it is dropped. */
export function batchCount(samples: number, batchSize: number, dropLast = false): number {
  return dropLast ? Math.floor(samples / batchSize) : Math.ceil(samples / batchSize);
}
