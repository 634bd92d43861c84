import { fromNumbers } from '../../../core/index.js';
import type { Dim } from '../../../engine/graph/index.js';
import { within } from './names.js';
import type { Value } from './network.js';

/** A list of whole numbers as an operator takes it. */
export function ints(x: Value, hint: string, values: readonly number[]): Value {
  return x.net.constant(within(x, hint), fromNumbers('int64', [values.length], values));
}

/**
 * `x` in another shape. Names of dimensions that `x` has at the same place stay what they are; one other name (or `null`) may stand for
 * what is left over.
 */
export function reshape(x: Value, dims: readonly Dim[]): Value {
  const target = dims.map((dim, axis) => (typeof dim === 'number' ? dim : dim !== null && dim === x.dims[axis] ? 0 : -1));
  return x.net.op(within(x, 'reshape'), 'Reshape', [x, ints(x, 'shape', target)], dims);
}

export function transpose(x: Value, perm: readonly number[]): Value {
  return x.net.op(
    within(x, 'transpose'),
    'Transpose',
    [x],
    perm.map((axis) => x.dims[axis] ?? null),
    { perm },
  );
}

/** Two axes exchanged, as `torch.transpose(x, a, b)`; negative numbers count from the end. */
export function exchange(x: Value, a: number, b: number): Value {
  const axes = [...x.dims.keys()];
  const [first = 0, second = 0] = [axes.at(a), axes.at(b)];
  return transpose(x, axes.with(first, second).with(second, first));
}

/** Everything behind `axis` in one, as `torch.flatten(x, axis)`. */
export function flatten(x: Value, axis = 1): Value {
  return reshape(x, [...x.dims.slice(0, axis), product(x.dims.slice(axis))]);
}

/** Feature maps `[N, C, H, W]` as sequences `[N, H·W, C]`. */
export function toSequence(x: Value): Value {
  return transpose(flatten(x, 2), [0, 2, 1]);
}

export function concatenate(parts: readonly [Value, ...Value[]], axis: number): Value {
  const [first] = parts;
  const total = sum(parts.map(({ dims }) => dims[axis] ?? null));
  return first.net.op(
    within(first, 'concat'),
    'Concat',
    parts,
    first.dims.map((dim, i) => (i === axis ? total : dim)),
    { axis },
  );
}

/** From `start` up to `end` along one axis; negative numbers count from the end. */
export function slice(x: Value, axis: number, start: number, end: number): Value {
  const dim = x.dims[axis] ?? null;
  const place = (at: number): number | undefined => (typeof dim === 'number' ? Math.min(at < 0 ? at + dim : at, dim) : at);
  const [first, last] = [place(start), place(end)];
  const size = first !== undefined && last !== undefined && first >= 0 && last >= first ? last - first : null;
  return x.net.op(
    within(x, 'slice'),
    'Slice',
    [x, ints(x, 'starts', [start]), ints(x, 'ends', [end]), ints(x, 'axes', [axis])],
    x.dims.map((other, i) => (i === axis ? size : other)),
  );
}

/** Moves what lies along an axis of known size by `shift` places; what leaves at the end comes back at the start, as `torch.roll`. */
export function roll(x: Value, axis: number, shift: number): Value {
  const size = Number(x.dims[axis]);
  const start = ((-shift % size) + size) % size;
  return start === 0 ? x : concatenate([slice(x, axis, start, size), slice(x, axis, 0, start)], axis);
}

/** `count` zeros behind the end of an axis. */
export function padEnd(x: Value, axis: number, count: number): Value {
  if (count === 0) return x;
  const pads = [...x.dims, ...x.dims].map((_, place) => (place === x.dims.length + axis ? count : 0));
  const dims = x.dims.map((dim, i) => (i === axis ? Number(dim) + count : dim));
  return x.net.op(within(x, 'pad'), 'Pad', [x, ints(x, 'pads', pads)], dims);
}

/** Equal parts along an axis of known size, as `torch.chunk`. */
export function split(x: Value, parts: number, axis: number): Value[] {
  const size = Number(x.dims[axis]) / parts;
  const dims = x.dims.map((dim, i) => (i === axis ? size : dim));
  return x.net.outputs(
    within(x, 'split'),
    'Split',
    [x],
    Array.from({ length: parts }, () => dims),
    { axis, num_outputs: parts },
  );
}

/** The entry at `index` along an axis, which is gone. */
export function select(x: Value, axis: number, index: number): Value {
  const at = x.net.constant(within(x, 'index'), fromNumbers('int64', [], [index]));
  return x.net.op(within(x, 'select'), 'Gather', [x, at], x.dims.toSpliced(axis, 1), { axis });
}

/** For each place of `index` the entry of `x` that it names along an axis, as `torch.gather`. */
export function gather(x: Value, axis: number, index: Value): Value {
  return x.net.op(within(x, 'gather'), 'GatherElements', [x, index], index.dims, { axis });
}

/** New axes of size 1 at these places of the result. */
export function unsqueeze(x: Value, axes: readonly number[]): Value {
  const dims = [...x.dims];
  for (const axis of axes) dims.splice(axis, 0, 1);
  return x.net.op(within(x, 'unsqueeze'), 'Unsqueeze', [x, ints(x, 'axes', axes)], dims);
}

/** Takes away axes of size 1. */
export function squeeze(x: Value, axes: readonly number[]): Value {
  return x.net.op(
    within(x, 'squeeze'),
    'Squeeze',
    [x, ints(x, 'axes', axes)],
    x.dims.filter((_, axis) => !axes.includes(axis)),
  );
}

/** `x` repeated along its axes of size 1, up to the dimensions of `like` in front and those of `x` behind. */
export function repeatForBatch(x: Value, like: Value): Value {
  const batch = like.net.op(within(like, 'batch'), 'Shape', [like], [1], { start: 0, end: 1 }, 'int64');
  const rest = ints(like, 'rest', x.dims.slice(1).map(Number));
  const shape = like.net.op(within(like, 'dims'), 'Concat', [batch, rest], [x.dims.length], { axis: 0 }, 'int64');
  return x.net.op(within(x, 'expand'), 'Expand', [x, shape], [like.dims[0] ?? null, ...x.dims.slice(1)]);
}

function product(dims: readonly Dim[]): Dim {
  return dims.reduce<Dim>((all, dim) => (typeof all === 'number' && typeof dim === 'number' ? all * dim : null), 1);
}

function sum(dims: readonly Dim[]): Dim {
  return dims.reduce<Dim>((all, dim) => (typeof all === 'number' && typeof dim === 'number' ? all + dim : null), 0);
}
