import { allocate, sizeOf, type Tensor } from '../../../core/index.js';

/** Some rows of `[N, …]`, in the order given. */
export function takeRows({ type, dims, data }: Tensor, rows: readonly number[]): Tensor {
  const width = sizeOf(dims.slice(1));
  const taken = allocate(type, rows.length * width);
  for (const [to, row] of rows.entries()) taken.set(data.subarray(row * width, (row + 1) * width) as never, to * width);
  return { type, dims: [rows.length, ...dims.slice(1)], data: taken };
}
