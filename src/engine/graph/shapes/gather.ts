import { attribute } from '../attributes.js';
import { axisOf, commonType, dimAt, invalid, mismatch } from './dims.js';
import type { ShapeContext, ShapeRule, ShapeRules } from './rule.js';

const gather: ShapeRule = (c) => {
  const { type, dims } = c.input(0);
  const axis = axisOf(c.node, attribute.int(c.node, 'axis', 0), dims.length);
  return [{ type, dims: [...dims.slice(0, axis), ...c.input(1).dims, ...dims.slice(axis + 1)] }];
};

const gatherElements: ShapeRule = (c) => {
  if (c.input(0).dims.length !== c.input(1).dims.length) mismatch(c.node, c.input(0).dims, c.input(1).dims);
  return [{ type: c.input(0).type, dims: c.input(1).dims }];
};

/** Indices […, k] address k axes behind the batch_dims ones. */
const gatherND: ShapeRule = (c) => {
  const { type, dims } = c.input(0);
  const indices = c.input(1).dims;
  const batch = attribute.int(c.node, 'batch_dims', 0);
  const depth = indices.at(-1) ?? invalid(c.node, 'its indices are a scalar');
  if (batch + depth > dims.length || String(dims.slice(0, batch)) !== String(indices.slice(0, batch))) mismatch(c.node, dims, indices);
  return [{ type, dims: [...indices.slice(0, -1), ...dims.slice(batch + depth)] }];
};

const scatterElements: ShapeRule = (c) => {
  const [data, indices, updates] = [c.input(0), c.input(1).dims, c.input(2).dims];
  if (data.dims.length !== indices.length || String(indices) !== String(updates)) mismatch(c.node, data.dims, indices, updates);
  commonType(c.node, data, c.input(2));
  return [data];
};

const scatterND: ShapeRule = (c) => {
  const [data, indices, updates] = [c.input(0), c.input(1).dims, c.input(2).dims];
  const depth = indices.at(-1) ?? invalid(c.node, 'its indices are a scalar');
  if (String(updates) !== String([...indices.slice(0, -1), ...data.dims.slice(depth)])) mismatch(c.node, data.dims, indices, updates);
  commonType(c.node, data, c.input(2));
  return [data];
};

/** Values are [off, on]; the depth becomes an axis. */
const oneHot: ShapeRule = (c) => {
  const { dims } = c.input(0);
  const axis = axisOf(c.node, attribute.int(c.node, 'axis', -1), dims.length + 1);
  const depth = c.numbers(1)[0] ?? invalid(c.node, 'its depth is empty');
  return [{ type: c.input(2).type, dims: dims.toSpliced(axis, 0, Math.trunc(depth)) }];
};

/** Elements or slices that a constant condition keeps. */
function keptCount(c: ShapeContext, length: number): number {
  return c
    .numbers(1)
    .slice(0, length)
    .filter((flag) => flag !== 0).length;
}

const compress: ShapeRule = (c) => {
  const { type, dims } = c.input(0);
  if (c.node.attributes['axis'] === undefined)
    return [
      {
        type,
        dims: [
          keptCount(
            c,
            dims.reduce((a, b) => a * b, 1),
          ),
        ],
      },
    ];
  const axis = axisOf(c.node, attribute.int(c.node, 'axis', 0), dims.length);
  return [{ type, dims: dims.with(axis, keptCount(c, dimAt(dims, axis))) }];
};

export const gatherShapes = {
  Compress: compress,
  Gather: gather,
  GatherElements: gatherElements,
  GatherND: gatherND,
  OneHot: oneHot,
  ScatterElements: scatterElements,
  ScatterND: scatterND,
} satisfies ShapeRules;
