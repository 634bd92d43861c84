import { allocate, int64, sizeOf, type Tensor } from '../../../core/index.js';
import type { Tensors } from '../../../engine/runtime/index.js';
import type { ItemBatch } from '../../data/index.js';
import { argMax, softmax } from '../../tasks/index.js';
import type { TrainingBatch } from '../batch.js';

/** The class of each row of logits `[N, C]` whose probability is at least `threshold`, by row. */
export function confidentRows({ dims, data }: Tensor, threshold: number): Map<number, number> {
  const [rows = 0, classes = 0] = dims;
  const found = new Map<number, number>();
  for (let row = 0; row < rows; row++) {
    const probabilities = softmax((data as Float32Array).subarray(row * classes, (row + 1) * classes));
    const best = argMax(probabilities);
    if ((probabilities[best] as number) >= threshold) found.set(row, best);
  }
  return found;
}

/** A sample with the class it is taken for. */
export interface Labelled {
  readonly batch: ItemBatch;
  readonly row: number;
  readonly label: number;
}

/** Some rows of one or several batches as one. */
export function gathered(samples: readonly [Labelled, ...Labelled[]]): TrainingBatch & Required<Pick<TrainingBatch, 'dims'>> {
  const [{ batch }] = samples;
  const inputs: Tensors = Object.fromEntries(Object.entries(batch.inputs).map(([name, tensor]) => [name, rowsOf(samples, name, tensor)]));
  const labels = samples.map(({ label }) => label);
  return { size: samples.length, dims: batch.dims, inputs, target: int64([labels.length], labels) };
}

function rowsOf(samples: readonly Labelled[], name: string, { type, dims }: Tensor): Tensor {
  const width = sizeOf(dims.slice(1));
  const data = allocate(type, samples.length * width);
  for (const [at, { batch, row }] of samples.entries()) {
    const { data: source } = batch.inputs[name] as Tensor;
    data.set(source.subarray(row * width, (row + 1) * width) as never, at * width);
  }
  return { type, dims: [samples.length, ...dims.slice(1)], data };
}
