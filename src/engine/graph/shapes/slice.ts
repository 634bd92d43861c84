import { attribute } from '../attributes.js';
import type { Node } from '../model.js';
import { axesOf, axisOf, commonType, type Dims, dimAt, invalid, mismatch, range } from './dims.js';
import type { ShapeContext, ShapeRule, ShapeRules } from './rule.js';

/** What a Slice takes of one axis: `size` elements from `start` on, `step` apart. */
export interface SliceRange {
  readonly start: number;
  readonly step: number;
  readonly size: number;
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}

function rangeAlong(dim: number, from: number, to: number, step: number): SliceRange {
  const absolute = (index: number): number => (index < 0 ? index + dim : index);
  const [low, high] = step > 0 ? [0, dim] : [-1, dim - 1];
  const start = clamp(absolute(from), step > 0 ? low : 0, high);
  const end = clamp(absolute(to), low, high);
  return { start, step, size: Math.max(0, Math.ceil((end - start) / step)) };
}

/** What a Slice node takes of every axis, with NumPy's clamping. */
export function sliceRanges(c: ShapeContext): SliceRange[] {
  const { dims } = c.input(0);
  const [starts, ends] = [c.numbers(1), c.numbers(2)];
  const axes = axesOf(c.node, c.optionalNumbers(3) ?? range(starts.length), dims.length);
  const steps = c.optionalNumbers(4) ?? starts.map(() => 1);
  if ([starts, ends, steps].some(({ length }) => length !== axes.length)) invalid(c.node, 'its starts, ends, axes and steps are not as many');
  const ranges: SliceRange[] = dims.map((size) => ({ start: 0, step: 1, size }));
  for (const [i, axis] of axes.entries()) {
    const step = dimAt(steps, i);
    if (step === 0) invalid(c.node, 'its step is 0');
    ranges[axis] = rangeAlong(dimAt(dims, axis), dimAt(starts, i), dimAt(ends, i), step);
  }
  return ranges;
}

const slice: ShapeRule = (c) => [{ type: c.input(0).type, dims: sliceRanges(c).map((part) => part.size) }];

/** Sizes of a Split's parts: stated, or as equal as `count` parts can be, the last one smaller. */
function splitSizes(node: Node, dim: number, stated: Dims | undefined): Dims {
  if (stated) return stated.reduce((a, b) => a + b, 0) === dim ? stated : mismatch(node, [dim], stated);
  const count = attribute.int(node, 'num_outputs', node.outputs.length);
  if (count < 1 || count > node.outputs.length) invalid(node, `it has ${node.outputs.length} outputs for ${count} parts`);
  const size = Math.ceil(dim / count);
  return range(count).map((part) => clamp(dim - part * size, 0, size));
}

const split: ShapeRule = (c) => {
  const { type, dims } = c.input(0);
  const axis = axisOf(c.node, attribute.int(c.node, 'axis', 0), dims.length);
  return splitSizes(c.node, dimAt(dims, axis), c.optionalNumbers(1)).map((size) => ({ type, dims: dims.with(axis, size) }));
};

/** Elements a Pad adds before and after every axis; negative ones are cut off. */
export function padsOf(c: ShapeContext): { readonly begin: Dims; readonly end: Dims } {
  const rank = c.input(0).dims.length;
  const pads = c.numbers(1);
  const axes = axesOf(c.node, c.optionalNumbers(3) ?? range(rank), rank);
  if (pads.length !== 2 * axes.length) invalid(c.node, `it has ${pads.length} pads for ${axes.length} axes`);
  const begin = new Array<number>(rank).fill(0);
  const end = new Array<number>(rank).fill(0);
  for (const [i, axis] of axes.entries()) {
    begin[axis] = dimAt(pads, i);
    end[axis] = dimAt(pads, i + axes.length);
  }
  return { begin, end };
}

const pad: ShapeRule = (c) => {
  const { type, dims } = c.input(0);
  const { begin, end } = padsOf(c);
  const fill = c.optional(2);
  if (fill) commonType(c.node, c.input(0), fill);
  return [{ type, dims: dims.map((dim, axis) => dim + dimAt(begin, axis) + dimAt(end, axis)) }];
};

const centerCropPad: ShapeRule = (c) => {
  const { type, dims } = c.input(0);
  const sizes = c.numbers(1);
  const axes = axesOf(c.node, attribute.ints(c.node, 'axes') ?? range(dims.length), dims.length);
  if (axes.length !== sizes.length) mismatch(c.node, dims, sizes);
  return [{ type, dims: dims.map((dim, axis) => (axes.includes(axis) ? dimAt(sizes, axes.indexOf(axis)) : dim)) }];
};

export const sliceShapes = { CenterCropPad: centerCropPad, Pad: pad, Slice: slice, Split: split } satisfies ShapeRules;
