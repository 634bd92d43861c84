import { attribute } from '../attributes.js';
import type { Node } from '../model.js';
import { type Dims, dimAt, invalid } from './dims.js';
import type { ShapeRule, ShapeRules } from './rule.js';
import { windowAttributes, windowOf } from './window.js';

function kernelShape(node: Node): Dims {
  return attribute.ints(node, 'kernel_shape') ?? invalid(node, 'it has no kernel_shape');
}

function pooledDims(node: Node, dims: Dims): number[] {
  return [...dims.slice(0, 2), ...windowOf(node, dims.slice(2), kernelShape(node)).output];
}

const pool: ShapeRule = (c) => [{ type: c.input(0).type, dims: pooledDims(c.node, c.input(0).dims) }];

/** The maxima, and their flat positions in the input. */
const maxPool: ShapeRule = (c) => {
  const dims = pooledDims(c.node, c.input(0).dims);
  return [
    { type: c.input(0).type, dims },
    { type: 'int64', dims },
  ];
};

const globalPool: ShapeRule = (c) => [{ type: c.input(0).type, dims: c.input(0).dims.map((dim, axis) => (axis < 2 ? dim : 1)) }];

const maxUnpool: ShapeRule = (c) => {
  const { type, dims } = c.input(0);
  const stated = c.optionalNumbers(2);
  if (stated) return [{ type, dims: stated }];
  const window = windowAttributes(c.node, kernelShape(c.node));
  const spatial = dims
    .slice(2)
    .map(
      (dim, axis) =>
        (dim - 1) * dimAt(window.strides, axis) + dimAt(window.kernel, axis) - dimAt(window.padsBegin, axis) - dimAt(window.padsEnd, axis),
    );
  return [{ type, dims: [...dims.slice(0, 2), ...spatial] }];
};

export const poolShapes = {
  AveragePool: pool,
  GlobalAveragePool: globalPool,
  GlobalLpPool: globalPool,
  GlobalMaxPool: globalPool,
  LpPool: pool,
  MaxPool: maxPool,
  MaxUnpool: maxUnpool,
} satisfies ShapeRules;
