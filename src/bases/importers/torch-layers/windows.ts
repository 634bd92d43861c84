import type { Value } from './network.js';
import { exchange, reshape } from './shape.js';

/** Maps `[N, H, W, C]`, channels last, cut into squares: `[N, squares, side², C]`. */
export function toWindows(x: Value, side: number): Value {
  const [n = null, height, width, channels = null] = x.dims;
  const [rows, columns] = [Number(height) / side, Number(width) / side];
  const cut = exchange(reshape(x, [n, rows, side, columns, side, channels]), 2, 3);
  return reshape(cut, [n, rows * columns, side * side, channels]);
}

/** The maps `[N, height, width, C]` that were cut by `toWindows`. */
export function fromWindows(x: Value, side: number, [height, width]: readonly [number, number]): Value {
  const [n = null, , , channels = null] = x.dims;
  const rows = exchange(reshape(x, [n, height / side, width / side, side, side, channels]), 2, 3);
  return reshape(rows, [n, height, width, channels]);
}
