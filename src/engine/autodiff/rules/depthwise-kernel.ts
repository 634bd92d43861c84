import { fromNumbers, sizeOf } from '../../../core/index.js';
import type { GraphBuilder, Value } from '../../graph/index.js';
import { at, endPads, type Geometry } from './geometry.js';
import { padded } from './slicing.js';

/** Columns of the grid that are multiplied at once: of a product of more, too little is needed. */
const COLUMNS = 14;

/**
 * The gradient of a depthwise correlation by its kernel, `[C, taps]`, over two axes: a product of each channel and row of taps,
 * P[i, o] = Σ x[n, c, row of y, i] · dy[n, c, y, o] over samples and rows y, then sums along the diagonals of P that the taps of the row read. Most
 * of P is not needed, but a product of matrices does twenty times as many multiplications a second as a Mul and a sum a tap, and only a slice a
 * row of taps is left: 0.3 to 0.5 of the time for 5×5 and 0.5 to 1 for 3×3 (layers of MobileNetV2 and EfficientNet-B0, ONNX Runtime 1.30, one thread).
 */
export function depthwiseByRows(b: GraphBuilder, image: Value, dy: Value, geometry: Geometry): Value {
  const count = Math.ceil(at(geometry.grid, 1) / COLUMNS);
  const parts = Array.from({ length: count }, (_, i) =>
    ofColumns(b, image, dy, geometry, blockEdge(geometry, i, count), blockEdge(geometry, i + 1, count)),
  );
  return parts.length === 1 ? (parts[0] as Value) : b.op('Sum', parts);
}

function blockEdge({ grid }: Geometry, index: number, count: number): number {
  return Math.round((at(grid, 1) * index) / count);
}

/** The share of some columns of the grid, with the columns of the image that these read. */
function ofColumns(b: GraphBuilder, image: Value, dy: Value, geometry: Geometry, from: number, to: number): Value {
  const [step, width] = [at(geometry.strides, 1), at(geometry.image, 1)];
  const reach = (at(geometry.kernel, 1) - 1) * at(geometry.dilations, 1) + 1 - at(geometry.begin, 1);
  const within = (column: number): number => Math.min(Math.max(column, 0), width);
  const [first, end] = [within(from * step - at(geometry.begin, 1)), within((to - 1) * step + reach)];
  if (first === end) return b.full(image.type, [image.dims[1] as number, sizeOf(geometry.kernel)], 0);
  const cut = (x: Value, start: number, stop: number): Value => (start === 0 && stop === x.dims[3] ? x : b.slice(x, [start], [stop], [3]));
  const begin = [at(geometry.begin, 0), at(geometry.begin, 1) - from * step + first];
  const block = { ...geometry, begin, image: [at(geometry.image, 0), end - first], grid: [at(geometry.grid, 0), to - from] };
  return byRows(b, cut(image, first, end), cut(dy, from, to), block);
}

function byRows(b: GraphBuilder, image: Value, dy: Value, geometry: Geometry): Value {
  const [n, c, , width] = image.dims as [number, number, number, number];
  const [height, columns] = geometry.grid as [number, number];
  const [before, after] = [at(geometry.begin, 0), at(endPads(geometry), 0)];
  const rows = padded(b, rowsFirst(b, image), [0, before, 0, 0], [0, after, 0, 0]);
  const gradient = b.reshape(rowsFirst(b, dy), [c, height * n, columns]);
  const diagonals = b.constant(fromNumbers(image.type, [width * columns, at(geometry.kernel, 1)], diagonalsOf(geometry)));
  const [step, dilation] = [at(geometry.strides, 0), at(geometry.dilations, 0)];
  const parts = Array.from({ length: at(geometry.kernel, 0) }, (_, tap) => {
    const end = tap * dilation + (height - 1) * step + 1;
    const read = b.reshape(b.slice(rows, [tap * dilation], [end], [1], step === 1 ? undefined : [step]), [c, height * n, width]);
    return b.matMul(b.reshape(b.matMul(b.transpose(read, [0, 2, 1]), gradient), [c, width * columns]), diagonals);
  });
  return b.concat(parts, 1);
}

/** `[N, C, rows, columns]` as `[C, rows, N, columns]`. */
function rowsFirst(b: GraphBuilder, x: Value): Value {
  return b.transpose(x, [1, 2, 0, 3]);
}

/** `[columns of the image · columns of the grid, taps of a row]`: 1 where a tap at a column of the grid reads a column of the image. */
function diagonalsOf({ kernel, strides, dilations, begin, image, grid }: Geometry): Float32Array {
  const [taps, width, columns] = [at(kernel, 1), at(image, 1), at(grid, 1)];
  const entries = new Float32Array(width * columns * taps);
  for (let tap = 0; tap < taps; tap++) {
    for (let column = 0; column < columns; column++) {
      const read = column * at(strides, 1) + tap * at(dilations, 1) - at(begin, 1);
      if (read >= 0 && read < width) entries[(read * columns + column) * taps + tap] = 1;
    }
  }
  return entries;
}
