import { allocate, sizeOf, type Tensor } from '../../core/index.js';
import type { Tensors } from '../../engine/runtime/index.js';
import type { SampleDims } from '../data/index.js';

/** Samples ready for the device. */
export interface TrainingBatch {
  /** Number of real samples N. */
  readonly size: number;
  /** Shape of one sample as the model reads it; that of the longest where it is left out. */
  readonly dims?: SampleDims;
  /** `[N, …]` by input name. */
  readonly inputs: Tensors;
  /** `[N]` class indices, `[N, K]` values, or `[N, T]` one index a token. */
  readonly target: Tensor;
  /** What it counts for, where it is not a part of the labelled batch that its step is about: factor on its mean loss. */
  readonly share?: number;
  /** What teachers say of the samples, `[N, …]` by the names that training feeds. */
  readonly lessons?: Tensors;
}

/** A tensor `[N, …]` extended to `[size, …]` by repeating its first row, whose values are valid whatever the input means. */
export function padRows(tensor: Tensor, size: number): Tensor {
  const [rows = 0, ...rest] = tensor.dims;
  if (rows === size) return tensor;
  const width = sizeOf(rest);
  const data = allocate(tensor.type, size * width);
  data.set(tensor.data as never);
  for (let row = rows; row < size; row++) data.set(tensor.data.subarray(0, width) as never, row * width);
  return { type: tensor.type, dims: [size, ...rest], data };
}

/** 1 for each of `real` rows, 0 for the rest of `size`. */
export function maskOf(real: number, size: number): Tensor {
  const data = new Float32Array(size);
  data.fill(1, 0, real);
  return { type: 'float32', dims: [size], data };
}

/** The first `rows` rows of a tensor, without copying. */
export function firstRows(tensor: Tensor, rows: number): Tensor {
  const [, ...rest] = tensor.dims;
  return { type: tensor.type, dims: [rows, ...rest], data: tensor.data.subarray(0, rows * sizeOf(rest)) as Tensor['data'] };
}
