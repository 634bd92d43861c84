import { allocate, type Tensor } from '../../../core/index.js';
import { attribute } from '../attributes.js';
import { axisOf, dimAt } from '../shapes/dims.js';
import { permutationOf } from '../shapes/layout.js';
import { padsOf, sliceRanges } from '../shapes/slice.js';
import { around, broadcastPositions, type Element, positions, stridesOf, take, withDims } from './elements.js';
import type { FoldRule, FoldRules } from './rule.js';

/** The same elements in the output's shape. */
const reshaped: FoldRule = (c) => [withDims(c.tensor(0), c.output(0).dims)];

const transpose: FoldRule = (c) => {
  const x = c.tensor(0);
  const strides = stridesOf(x.dims);
  const { dims } = c.output(0);
  return [
    take(
      x,
      dims,
      positions(
        dims,
        permutationOf(c.node, x.dims.length).map((axis) => dimAt(strides, axis)),
      ),
    ),
  ];
};

const expand: FoldRule = (c) => [take(c.tensor(0), c.output(0).dims, broadcastPositions(c.tensor(0).dims, c.output(0).dims))];

/** Repeats along an axis are a broadcast of [1, dim] to [repeats, dim]. */
const tile: FoldRule = (c) => {
  const x = c.tensor(0);
  const repeats = c.numbers(1);
  const split = x.dims.flatMap((dim) => [1, dim]);
  const repeated = x.dims.flatMap((dim, axis) => [dimAt(repeats, axis), dim]);
  return [take(x, c.output(0).dims, broadcastPositions(split, repeated))];
};

const slice: FoldRule = (c) => {
  const x = c.tensor(0);
  const strides = stridesOf(x.dims);
  const ranges = sliceRanges(c);
  const start = ranges.reduce((sum, part, axis) => sum + part.start * dimAt(strides, axis), 0);
  const steps = ranges.map((part, axis) => part.step * dimAt(strides, axis));
  return [take(x, c.output(0).dims, positions(c.output(0).dims, steps, start))];
};

/** The part of `x` beginning at `start` along `axis`, in the shape `dims`. */
function partOf(x: Tensor, axis: number, start: number, dims: readonly number[]): Tensor {
  const strides = stridesOf(x.dims);
  return take(x, dims, positions(dims, strides, start * dimAt(strides, axis)));
}

const split: FoldRule = (c) => {
  const x = c.tensor(0);
  const axis = axisOf(c.node, attribute.int(c.node, 'axis', 0), x.dims.length);
  let start = 0;
  return c.outputs().map(({ dims }) => {
    const part = partOf(x, axis, start, dims);
    start += dimAt(dims, axis);
    return part;
  });
};

const concat: FoldRule = (c) => {
  const { type, dims } = c.output(0);
  const axis = axisOf(c.node, attribute.int(c.node, 'axis', 0), dims.length);
  const { outer, dim, inner } = around(dims, axis);
  const data = allocate(type, outer * dim * inner);
  let column = 0;
  for (const [index] of c.node.inputs.entries()) {
    const part = c.tensor(index);
    const width = dimAt(part.dims, axis) * inner;
    for (let i = 0; i < outer * width; i++) data[Math.floor(i / width) * dim * inner + column + (i % width)] = part.data[i] as Element;
    column += width;
  }
  return [{ type, dims, data }];
};

/** Writes `x` into a tensor filled with the pad value, at an offset; negative pads cut. */
const pad: FoldRule = (c) => {
  const mode = attribute.string(c.node, 'mode', 'constant');
  if (mode !== 'constant') return undefined;
  const x = c.tensor(0);
  const { type, dims } = c.output(0);
  const { begin } = padsOf(c);
  const data = allocate(
    type,
    dims.reduce((a, b) => a * b, 1),
  );
  const fill = c.optionalTensor(2)?.data[0];
  if (fill !== undefined) for (let i = 0; i < data.length; i++) data[i] = fill;
  copyInto({ type, dims, data }, x, begin);
  return [{ type, dims, data }];
};

function copyInto(target: Tensor, source: Tensor, begin: readonly number[]): void {
  const sourceStrides = stridesOf(source.dims);
  const targetStrides = stridesOf(target.dims);
  for (let i = 0; i < source.data.length; i++) {
    let offset = 0;
    const inside = source.dims.every((dim, axis) => {
      const at = (Math.floor(i / dimAt(sourceStrides, axis)) % dim) + dimAt(begin, axis);
      offset += at * dimAt(targetStrides, axis);
      return at >= 0 && at < dimAt(target.dims, axis);
    });
    if (inside) target.data[offset] = source.data[i] as Element;
  }
}

/** Keeps the upper or lower triangle of every matrix, counted from diagonal k. */
const trilu: FoldRule = (c) => {
  const x = c.tensor(0);
  const [rows, columns] = x.dims.slice(-2) as [number, number];
  const k = c.optionalNumbers(1)?.[0] ?? 0;
  const upper = attribute.int(c.node, 'upper', 1) === 1;
  const data = allocate(x.type, x.data.length);
  for (let i = 0; i < data.length; i++) {
    const distance = (i % columns) - (Math.floor(i / columns) % rows);
    if (upper ? distance >= k : distance <= k) data[i] = x.data[i] as Element;
  }
  return [{ type: x.type, dims: x.dims, data }];
};

export const layoutFolds = {
  Concat: concat,
  Expand: expand,
  Flatten: reshaped,
  Pad: pad,
  Reshape: reshaped,
  Slice: slice,
  Split: split,
  Squeeze: reshaped,
  Tile: tile,
  Transpose: transpose,
  Trilu: trilu,
  Unsqueeze: reshaped,
} satisfies FoldRules;
