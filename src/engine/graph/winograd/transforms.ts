import { float32 } from '../../../core/index.js';
import type { GraphBuilder, Value } from '../builder.js';
import { exchanged, imageMap, kernelMap, outputMap, POINTS, TAPS, tilesFor } from './matrices.js';

/** The sizes of a correlation `[N, C, image]` with `[M, C, 3, 3]` to `[N, M, grid]`, of two spatial axes and without strides. */
export interface Tiling {
  readonly image: readonly [number, number];
  readonly grid: readonly [number, number];
  /** Padding before the first element of each axis. */
  readonly begin: readonly [number, number];
}

const AREA = POINTS * POINTS;

/** A linear map of an axis, `[POINTS·tiles, size]`. */
interface AxisMap {
  readonly size: number;
  readonly tiles: number;
  readonly matrix: Float32Array;
}

function imageMaps({ image, grid, begin }: Tiling): [AxisMap, AxisMap] {
  const map = (axis: 0 | 1): AxisMap => {
    const [size, tiles] = [image[axis], tilesFor(grid[axis])];
    return { size, tiles, matrix: imageMap(size, begin[axis], tiles) };
  };
  return [map(0), map(1)];
}

function outputMaps({ grid }: Tiling): [AxisMap, AxisMap] {
  const map = (axis: 0 | 1): AxisMap => {
    const [size, tiles] = [grid[axis], tilesFor(grid[axis])];
    return { size, tiles, matrix: outputMap(size, tiles) };
  };
  return [map(0), map(1)];
}

/** The image `[N, C, image]` at all pairs of points: `[POINTS², N·tiles, C]`. */
export function imageAtPoints(b: GraphBuilder, image: Value, tiling: Tiling): Value {
  return atPoints(b, image, imageMaps(tiling));
}

/** The gradient by the image, from that by {@link imageAtPoints}. */
export function imageFromPoints(b: GraphBuilder, points: Value, samples: number, tiling: Tiling): Value {
  return fromPoints(b, points, samples, imageMaps(tiling));
}

/** The outputs `[N, M, grid]` from the products at all pairs of points, `[POINTS², N·tiles, M]`. */
export function outputsFromPoints(b: GraphBuilder, points: Value, samples: number, tiling: Tiling): Value {
  return fromPoints(b, points, samples, outputMaps(tiling));
}

/** The gradient by what {@link outputsFromPoints} takes, from that by the outputs. */
export function outputsAtPoints(b: GraphBuilder, outputs: Value, tiling: Tiling): Value {
  return atPoints(b, outputs, outputMaps(tiling));
}

/** The kernel `[M, C, 3, 3]` at all pairs of points: `[POINTS², M, C]`. */
export function kernelAtPoints(b: GraphBuilder, kernel: Value): Value {
  const [m, c] = kernel.dims as [number, number];
  const taps = b.transpose(b.reshape(kernel, [m * c, TAPS * TAPS]), [1, 0]);
  return b.reshape(b.matMul(constant(b, AREA, kernelMap()), taps), [AREA, m, c]);
}

/** The gradient by the kernel, from that by {@link kernelAtPoints}. */
export function kernelFromPoints(b: GraphBuilder, points: Value): Value {
  const [, m, c] = points.dims as [number, number, number];
  const flat = b.transpose(b.reshape(points, [AREA, m * c]), [1, 0]);
  return b.reshape(b.matMul(flat, constant(b, AREA, kernelMap())), [m, c, TAPS, TAPS]);
}

/**
 * Maps both spatial axes of `[N, C, rows, columns]`. Channels lie innermost meanwhile, so that maps are wide products and tiles move as blocks.
 * Samples stay outermost: ONNX Runtime makes one Transpose of neighbouring ones, and of two axes at once a slow one.
 */
function atPoints(b: GraphBuilder, x: Value, [rows, columns]: readonly [AxisMap, AxisMap]): Value {
  const [n, c] = x.dims as [number, number];
  const [high, wide] = [POINTS * rows.tiles, POINTS * columns.tiles];
  const last = b.transpose(b.reshape(x, [n, c, rows.size * columns.size]), [0, 2, 1]);
  const tall = b.matMul(constant(b, high, rows.matrix), b.reshape(last, [n, rows.size, columns.size * c]));
  const both = b.matMul(constant(b, wide, columns.matrix), b.reshape(tall, [n * high, columns.size, c]));
  const split = b.reshape(both, [n, POINTS, rows.tiles, POINTS, columns.tiles * c]);
  return b.reshape(b.transpose(split, [1, 3, 0, 2, 4]), [AREA, n * rows.tiles * columns.tiles, c]);
}

/** The adjoint of {@link atPoints}: `[POINTS², N·tiles, C]` to `[N, C, rows, columns]`. */
function fromPoints(b: GraphBuilder, points: Value, n: number, [rows, columns]: readonly [AxisMap, AxisMap]): Value {
  const c = points.dims[2] as number;
  const [high, wide] = [POINTS * rows.tiles, POINTS * columns.tiles];
  const split = b.transpose(b.reshape(points, [POINTS, POINTS, n, rows.tiles, columns.tiles * c]), [2, 0, 3, 1, 4]);
  const tall = b.matMul(constant(b, columns.size, exchanged(columns.matrix, columns.size)), b.reshape(split, [n * high, wide, c]));
  const last = b.matMul(constant(b, rows.size, exchanged(rows.matrix, rows.size)), b.reshape(tall, [n, high, columns.size * c]));
  return b.transpose(b.reshape(last, [n, rows.size, columns.size, c]), [0, 3, 1, 2]);
}

function constant(b: GraphBuilder, rows: number, matrix: Float32Array): Value {
  return b.constant(float32([rows, matrix.length / rows], matrix));
}
