import { allocate, rowOf, sizeOf, type Tensor, toNumbers } from '../../../core/index.js';
import { attribute } from '../attributes.js';
import { axisOf, dimAt } from '../shapes/dims.js';
import { type Binary, combine } from './arithmetic.js';
import { around, type Element, larger, smaller, stridesOf, take } from './elements.js';
import type { FoldRule, FoldRules } from './rule.js';

/** A possibly negative index as one in [0, dim); NaN when it is outside. */
function indexIn(index: number, dim: number): number {
  const absolute = index < 0 ? index + dim : index;
  return absolute >= 0 && absolute < dim ? absolute : Number.NaN;
}

function lieInside(offsets: readonly number[], { data }: Tensor): boolean {
  return offsets.every((offset) => offset >= 0 && offset < data.length);
}

function takeChecked(source: Tensor, dims: readonly number[], offsets: readonly number[]): readonly Tensor[] | undefined {
  return lieInside(offsets, source) ? [take(source, dims, offsets)] : undefined;
}

const gather: FoldRule = (c) => {
  const x = c.tensor(0);
  const indices = c.numbers(1);
  const { dim, inner } = around(x.dims, axisOf(c.node, attribute.int(c.node, 'axis', 0), x.dims.length));
  const { dims } = c.output(0);
  const offsets = Array.from({ length: sizeOf(dims) }, (_, i) => {
    const row = Math.floor(i / inner);
    const slice = Math.floor(row / indices.length);
    return (slice * dim + indexIn(dimAt(indices, row % indices.length), dim)) * inner + (i % inner);
  });
  return takeChecked(x, dims, offsets);
};

/** The flat offset each element of `indices` points at, along `axis` of a tensor of shape `dims`. */
function elementOffsets(dims: readonly number[], indices: Tensor, axis: number): number[] {
  const strides = stridesOf(dims);
  const indexStrides = stridesOf(indices.dims);
  return toNumbers(indices).map((index, i) =>
    strides.reduce((offset, stride, d) => {
      const at = d === axis ? indexIn(index, dimAt(dims, axis)) : Math.floor(i / dimAt(indexStrides, d)) % dimAt(indices.dims, d);
      return offset + at * stride;
    }, 0),
  );
}

const gatherElements: FoldRule = (c) => {
  const x = c.tensor(0);
  const axis = axisOf(c.node, attribute.int(c.node, 'axis', 0), x.dims.length);
  return takeChecked(x, c.output(0).dims, elementOffsets(x.dims, c.tensor(1), axis));
};

/** The flat offset each row of `indices` [rows, k] points at, among the slices of its batch. */
function sliceOffsets(dims: readonly number[], indices: Tensor, batch: number): { readonly offsets: number[]; readonly size: number } {
  const depth = dimAt(indices.dims, indices.dims.length - 1);
  const strides = stridesOf(dims);
  const perBatch = sizeOf(dims.slice(batch));
  const values = toNumbers(indices);
  const rows = sizeOf(indices.dims.slice(0, -1));
  const rowsPerBatch = rows / sizeOf(dims.slice(0, batch));
  const offsets = Array.from({ length: rows }, (_, row) => {
    let offset = Math.floor(row / rowsPerBatch) * perBatch;
    for (let d = 0; d < depth; d++) offset += indexIn(dimAt(values, row * depth + d), dimAt(dims, batch + d)) * dimAt(strides, batch + d);
    return offset;
  });
  return { offsets, size: sizeOf(dims.slice(batch + depth)) };
}

function spread({ offsets, size }: { readonly offsets: readonly number[]; readonly size: number }): number[] {
  return offsets.flatMap((offset) => Array.from({ length: size }, (_, i) => offset + i));
}

const gatherND: FoldRule = (c) => {
  const offsets = spread(sliceOffsets(c.tensor(0).dims, c.tensor(1), attribute.int(c.node, 'batch_dims', 0)));
  return takeChecked(c.tensor(0), c.output(0).dims, offsets);
};

const REDUCTIONS: Readonly<Record<string, Binary>> = {
  none: { number: (_, b) => b, wide: (_, b) => b },
  add: { number: (a, b) => a + b, wide: (a, b) => a + b },
  mul: { number: (a, b) => a * b, wide: (a, b) => a * b },
  min: { number: Math.min, wide: smaller },
  max: { number: Math.max, wide: larger },
};

/** `data` with each update combined into the element at its offset, one after the other. */
function scatter(data: Tensor, updates: Tensor, offsets: readonly number[], reduction: string): readonly Tensor[] | undefined {
  const operation = rowOf(REDUCTIONS, reduction);
  if (!operation || offsets.length !== updates.data.length || !lieInside(offsets, data)) return undefined;
  const result = { ...data, data: data.data.slice() };
  const one = { type: data.type, dims: [] };
  for (const [i, offset] of offsets.entries()) {
    const sum = combine(one, take(result, [], [offset]), take(updates, [], [i]), operation);
    result.data[offset] = sum.data[0] as Element;
  }
  return [result];
}

const scatterElements: FoldRule = (c) => {
  const data = c.tensor(0);
  const axis = axisOf(c.node, attribute.int(c.node, 'axis', 0), data.dims.length);
  return scatter(data, c.tensor(2), elementOffsets(data.dims, c.tensor(1), axis), attribute.string(c.node, 'reduction', 'none'));
};

const scatterND: FoldRule = (c) =>
  scatter(c.tensor(0), c.tensor(2), spread(sliceOffsets(c.tensor(0).dims, c.tensor(1), 0)), attribute.string(c.node, 'reduction', 'none'));

/** Indices outside [-depth, depth) make a row of the off value. */
const oneHot: FoldRule = (c) => {
  const { type, dims } = c.output(0);
  const values = c.tensor(2).data;
  const { dim: depth, inner } = around(dims, axisOf(c.node, attribute.int(c.node, 'axis', -1), dims.length));
  const data = allocate(type, sizeOf(dims)).fill(values[0] as never);
  for (const [i, index] of c.numbers(0).entries()) {
    const on = indexIn(Math.trunc(index), depth);
    if (!Number.isNaN(on)) data[(Math.floor(i / inner) * depth + on) * inner + (i % inner)] = values[1] as Element;
  }
  return [{ type, dims, data }];
};

/** The indices of the elements that are not zero: [rank, count]. */
const nonZero: FoldRule = (c) => {
  const x = c.tensor(0);
  const found = toNumbers(x).flatMap((value, i) => (value === 0 ? [] : [i]));
  const rows = stridesOf(x.dims).flatMap((stride, axis) => found.map((i) => BigInt(Math.floor(i / stride) % dimAt(x.dims, axis))));
  return [{ type: 'int64', dims: [x.dims.length, found.length], data: BigInt64Array.from(rows) }];
};

/** The slices along an axis, or the elements, that a condition keeps. */
const compress: FoldRule = (c) => {
  const x = c.tensor(0);
  const flat = c.node.attributes['axis'] === undefined;
  const dims = flat ? [x.data.length] : x.dims;
  const { outer, dim, inner } = around(dims, flat ? 0 : axisOf(c.node, attribute.int(c.node, 'axis', 0), dims.length));
  const kept = c
    .numbers(1)
    .slice(0, dim)
    .flatMap((flag, i) => (flag === 0 ? [] : [i]));
  const offsets = Array.from({ length: outer * kept.length * inner }, (_, i) => {
    const row = Math.floor(i / inner);
    return (Math.floor(row / kept.length) * dim + dimAt(kept, row % kept.length)) * inner + (i % inner);
  });
  return [take(x, c.output(0).dims, offsets)];
};

export const gatherFolds = {
  Compress: compress,
  Gather: gather,
  GatherElements: gatherElements,
  GatherND: gatherND,
  NonZero: nonZero,
  OneHot: oneHot,
  ScatterElements: scatterElements,
  ScatterND: scatterND,
} satisfies FoldRules;
