import { fromNumbers } from '../../../core/index.js';
import type { Value } from './network.js';
import { padEnd, reshape, roll, slice, transpose } from './shape.js';
import { fromWindows, toWindows } from './windows.js';

/** How maps are cut into windows. */
export interface Windows {
  readonly side: number;
  /** The size of the maps, padded to whole windows. */
  readonly size: readonly [height: number, width: number];
  /** How far they are rolled before. */
  readonly shift: readonly [down: number, right: number];
  /** Where each pair of places of a window finds its bias. */
  readonly index: Value;
  /** Of shifted windows: which places do not lie together, `[windows, 1, side², side²]`. */
  readonly masks: readonly Value[];
}

/** The windows of maps `[N, H, W, C]`. Along an axis that one window covers nothing is shifted. */
export function shiftedWindows(x: Value, { side, shift, index }: { side: number; shift: number; index: Value }): Windows {
  const [height = 0, width = 0] = x.dims.slice(1, 3).map((dim) => Math.ceil(Number(dim) / side) * side);
  const [down = 0, right = 0] = [height, width].map((size) => (side >= size ? 0 : shift));
  const windows = { side, size: [height, width], shift: [down, right], index } as const;
  return { ...windows, masks: down + right > 0 ? [shiftMask(x, windows)] : [] };
}

/** −100 for places of one window that lay at opposite borders before the shift, else 0. */
function shiftMask(x: Value, { side, size: [height, width], shift: [down, right] }: Omit<Windows, 'masks'>): Value {
  const region = (at: number, size: number, shift: number): number => (shift === 0 || at < size - side ? 0 : at < size - shift ? 1 : 2);
  const numbers: number[] = [];
  for (let top = 0; top < height; top += side) {
    for (let left = 0; left < width; left += side) {
      const regions = Array.from(
        { length: side * side },
        (_, i) => 3 * region(top + Math.floor(i / side), height, down) + region(left + (i % side), width, right),
      );
      for (const a of regions) for (const b of regions) numbers.push(a === b ? 0 : -100);
    }
  }
  const places = side * side;
  return x.net.constant(`${x.name}/shift_mask`, fromNumbers('float32', [numbers.length / places ** 2, 1, places, places], numbers));
}

/** Applies a function of windows `[N, windows, side², C]` to maps `[N, H, W, C]`: padded, rolled and cut before, and the other way round behind. */
export function inWindows(x: Value, { side, size, shift }: Windows, apply: (windows: Value) => Value): Value {
  const [height = 0, width = 0] = x.dims.slice(1, 3).map(Number);
  const padded = padEnd(padEnd(x, 1, size[0] - height), 2, size[1] - width);
  const shifted = roll(roll(padded, 1, -shift[0]), 2, -shift[1]);
  const whole = fromWindows(apply(toWindows(shifted, side)), side, size);
  const back = roll(roll(whole, 1, shift[0]), 2, shift[1]);
  return slice(slice(back, 1, 0, height), 2, 0, width);
}

/** Each square of four places as one, column by column: `[N, H, W, C]` to `[N, H / 2, W / 2, 4 C]`, odd sides padded. */
export function mergeSquares(x: Value): Value {
  const even = [1, 2].reduce((map, axis) => padEnd(map, axis, Number(map.dims[axis]) % 2), x);
  const [n = null, height, width, channels] = even.dims;
  const [rows, columns] = [Number(height) / 2, Number(width) / 2];
  const squares = transpose(reshape(even, [n, rows, 2, columns, 2, Number(channels)]), [0, 1, 3, 4, 2, 5]);
  return reshape(squares, [n, rows, columns, 4 * Number(channels)]);
}
