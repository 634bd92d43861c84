import { sizeOf, type Tensor } from '../../src/core/index.js';

/** Row `index` of `[N, …]`, without the batch axis. */
export function readRow({ type, dims, data }: Tensor, index: number): Tensor {
  const rest = dims.slice(1);
  const width = sizeOf(rest);
  return { type, dims: rest, data: data.subarray(index * width, (index + 1) * width) as Tensor['data'] };
}
