import type { Tensor } from '../../core/index.js';
import type { Predictions, Task } from '../tasks/index.js';
import type { BatchSource, PlacedBatch } from './batch-source.js';

/** A model's outputs on labelled data and what they are worth. */
export interface Scored {
  readonly metrics: Readonly<Record<string, number>>;
  readonly predictions: Predictions;
  /** Position in the data set of each prediction; unreadable samples are missing. */
  readonly indices: readonly number[];
}

/** Runs a model over a source, in order, and measures the result. */
export async function evaluateSource(
  source: BatchSource,
  batchSize: number,
  task: Task,
  predict: (batch: PlacedBatch) => Promise<Tensor>,
): Promise<Scored> {
  const collector = source.collector();
  for await (const batch of source.epoch({ epoch: 0, shuffle: false, seed: 0, batchSize, start: 0 })) collector.add(batch, await predict(batch));
  const { indices, ...predictions } = await collector.finish();
  return { metrics: task.measure(predictions)(Int32Array.from(indices.keys())), predictions, indices };
}
