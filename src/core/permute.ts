import { allocate, sizeOf, type Tensor, type TensorData } from './tensor.js';

/** Axes in the order `perm`, as ONNX Transpose and `numpy.transpose`. */
export function permute(source: Tensor, perm: readonly number[]): Tensor {
  if (source.type === 'float32' && perm.join() === '1,0') return transposed(source, source.data as Float32Array);
  const strides = stridesOf(source.dims);
  return gatherStrided(
    source,
    perm.map((axis) => source.dims[axis] ?? 1),
    perm.map((axis) => strides[axis] ?? 0),
  );
}

/** Sides of the squares in which a matrix is transposed: as many rows as stay in a processor's first cache. */
const TILE = 32;

/** A matrix in tiles, so that every line of memory is fetched once; by the walk for any number of axes, importing a gigabyte takes half as long again. */
function transposed({ type, dims }: Tensor, from: Float32Array): Tensor {
  const [rows = 0, columns = 0] = dims;
  const to = new Float32Array(from.length);
  for (let top = 0; top < rows; top += TILE) {
    const bottom = Math.min(top + TILE, rows);
    for (let left = 0; left < columns; left += TILE) {
      const right = Math.min(left + TILE, columns);
      for (let column = left; column < right; column++) {
        for (let row = top; row < bottom; row++) to[column * rows + row] = from[row * columns + column] as number;
      }
    }
  }
  return { type, dims: [columns, rows], data: to };
}

/**
 * The elements at `Σ index · stride` of what `source` holds, row-major.
 * @param strides in elements, by dimension; all that they lead to must lie inside
 */
export function gatherStrided(source: Tensor, dims: readonly number[], strides: readonly number[]): Tensor {
  const data = allocate(source.type, sizeOf(dims));
  copyStrided(source.data, data, dims, strides);
  return { type: source.type, dims, data };
}

/** In elements, of a row-major tensor. */
export function stridesOf(dims: readonly number[]): number[] {
  return dims.map((_, axis) => sizeOf(dims.slice(axis + 1)));
}

/** Walks the result row by row; `index` counts the outer axes like an odometer. */
function copyStrided(from: TensorData, to: TensorData, dims: readonly number[], steps: readonly number[]): void {
  const last = dims.length - 1;
  const width = dims[last] ?? 1;
  const step = steps[last] ?? 0;
  const index = dims.slice(0, -1).map(() => 0);
  let start = 0;
  for (let target = 0; target < to.length; ) {
    for (let i = 0, at = start; i < width; i++, at += step) to[target++] = from[at] as number & bigint;
    for (let axis = last - 1; axis >= 0; axis--) {
      start += steps[axis] ?? 0;
      index[axis] = (index[axis] ?? 0) + 1;
      if ((index[axis] ?? 0) < (dims[axis] ?? 1)) break;
      start -= (steps[axis] ?? 0) * (dims[axis] ?? 1);
      index[axis] = 0;
    }
  }
}

/** The same elements in another shape of as many. */
export function reshaped(source: Tensor, dims: readonly number[]): Tensor {
  return { type: source.type, dims, data: source.data };
}
