import type { Tensor } from '../../core/index.js';
import type { Tensors } from '../../engine/runtime/index.js';
import type { Predictions, Task } from '../tasks/index.js';
import type { BatchSource } from './batch-source.js';

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
  predict: (inputs: Tensors, size: number) => Promise<Tensor>,
): Promise<Scored> {
  const outputs: Float32Array[] = [];
  const targets: Float64Array[] = [];
  const indices: number[] = [];
  for await (const batch of source.epoch({ epoch: 0, shuffle: false, seed: 0, batchSize, start: 0 })) {
    const output = await predict(batch.inputs, batch.size);
    outputs.push(Float32Array.from(output.data as Float32Array));
    targets.push(Float64Array.from(batch.target.data as ArrayLike<number | bigint>, Number));
    indices.push(...batch.indices);
  }
  const all = concatenate(outputs, Float32Array);
  const predictions = { outputs: all, width: all.length / Math.max(1, indices.length), targets: concatenate(targets, Float64Array) };
  return { metrics: task.measure(predictions)(Int32Array.from(indices.keys())), predictions, indices };
}

function concatenate<T extends Float32Array | Float64Array>(parts: readonly T[], create: new (size: number) => T): T {
  const result = new create(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    result.set(part, offset);
    offset += part.length;
  }
  return result;
}
