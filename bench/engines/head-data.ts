import type { Tensor } from '../../src/core/index.js';
import type { Graph } from '../../src/engine/graph/index.js';
import type { HeadWork, Job } from '../job.js';
import { inputsOf, labelsOf } from './data.js';

/** A linear head and its training data, for engines without ONNX. */
export interface HeadData {
  readonly rows: number;
  readonly width: number;
  /** `[rows, width]`. */
  readonly features: Float32Array;
  /** `[rows]`. */
  readonly labels: readonly number[];
  /** `[classes, width]`. */
  readonly weight: Float32Array;
  /** `[classes]`. */
  readonly bias: Float32Array;
}

export function headData(job: Job<HeadWork>, { initializers }: Graph): HeadData {
  const [features] = Object.values(inputsOf(job));
  const { data, dims } = features as Tensor;
  const [weight, bias] = [...initializers.values()].map((tensor) => (tensor as Tensor).data as Float32Array);
  const [rows = 0, width = 0] = dims;
  if (weight?.length !== width * job.classes || bias?.length !== job.classes) throw new Error('The head is not a linear layer.');
  return { rows, width, features: data as Float32Array, labels: labelsOf(job.seed, rows, job.classes), weight, bias };
}

/** First and last row (exclusive) of each batch of an epoch. */
export function batchRanges(rows: number, size: number): (readonly [number, number])[] {
  return Array.from({ length: Math.ceil(rows / size) }, (_, i) => [i * size, Math.min(rows, (i + 1) * size)] as const);
}
