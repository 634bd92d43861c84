import { attribute } from '../attributes.js';
import { axesOf, axisOf, type Dims, invalid, range } from './dims.js';
import type { ShapeContext, ShapeRule, ShapeRules } from './rule.js';

/** `dims` with `axes` reduced to 1, or dropped. */
export function reducedDims(dims: Dims, axes: Dims, keepdims: boolean): number[] {
  const reduced = new Set(axes);
  return keepdims ? dims.map((dim, axis) => (reduced.has(axis) ? 1 : dim)) : dims.filter((_, axis) => !reduced.has(axis));
}

/** The axes a Reduce* node sums over; none given means all, unless noop_with_empty_axes. */
export function reducedAxes(c: ShapeContext): number[] {
  const rank = c.input(0).dims.length;
  const given = c.optionalNumbers(1) ?? [];
  if (given.length > 0) return axesOf(c.node, given, rank);
  return attribute.int(c.node, 'noop_with_empty_axes', 0) ? [] : range(rank);
}

const reduce: ShapeRule = (c) => {
  const { type, dims } = c.input(0);
  return [{ type, dims: reducedDims(dims, reducedAxes(c), attribute.int(c.node, 'keepdims', 1) === 1) }];
};

const argument: ShapeRule = (c) => {
  const { dims } = c.input(0);
  const axis = axisOf(c.node, attribute.int(c.node, 'axis', 0), dims.length);
  return [{ type: 'int64', dims: reducedDims(dims, [axis], attribute.int(c.node, 'keepdims', 1) === 1) }];
};

/** The k largest, and their positions along the axis. */
const topK: ShapeRule = (c) => {
  const { type, dims } = c.input(0);
  const axis = axisOf(c.node, attribute.int(c.node, 'axis', -1), dims.length);
  const k = c.numbers(1)[0] ?? invalid(c.node, 'k is empty');
  if (k < 0 || k > (dims[axis] ?? 0)) invalid(c.node, `k is ${k} but the axis has ${dims[axis]} elements`);
  const result = dims.map((dim, i) => (i === axis ? k : dim));
  return [
    { type, dims: result },
    { type: 'int64', dims: result },
  ];
};

export const reduceShapes = {
  ArgMax: argument,
  ArgMin: argument,
  ReduceL1: reduce,
  ReduceL2: reduce,
  ReduceLogSum: reduce,
  ReduceLogSumExp: reduce,
  ReduceMax: reduce,
  ReduceMean: reduce,
  ReduceMin: reduce,
  ReduceProd: reduce,
  ReduceSum: reduce,
  ReduceSumSquare: reduce,
  TopK: topK,
} satisfies ShapeRules;
