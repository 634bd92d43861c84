import { attribute } from '../attributes.js';
import type { Node } from '../model.js';
import { commonType, type Dims, dimAt, invalid, mismatch, range } from './dims.js';
import type { ShapeRule, ShapeRules } from './rule.js';
import { kernelSpan, transposedWindowOf, windowAttributes, windowOf } from './window.js';

/** [N, C, …] and [M, C/group, k…] to [N, M, …]. */
export function convDims(node: Node, x: Dims, weight: Dims): number[] {
  if (x.length < 3 || weight.length !== x.length) mismatch(node, x, weight);
  const group = attribute.int(node, 'group', 1);
  if (dimAt(x, 1) !== dimAt(weight, 1) * group || dimAt(weight, 0) % group !== 0) mismatch(node, x, weight);
  return [dimAt(x, 0), dimAt(weight, 0), ...windowOf(node, x.slice(2), weight.slice(2)).output];
}

const conv: ShapeRule = (c) => [{ type: commonType(c.node, c.input(0), c.input(1)), dims: convDims(c.node, c.input(0).dims, c.input(1).dims) }];

const convInteger: ShapeRule = (c) => [{ type: 'int32', dims: convDims(c.node, c.input(0).dims, c.input(1).dims) }];

/** [N, C, …] and [C, M/group, k…] to [N, M, …]. */
const convTranspose: ShapeRule = (c) => {
  const [x, weight] = [c.input(0), c.input(1)];
  if (x.dims.length < 3 || weight.dims.length !== x.dims.length || x.dims[1] !== weight.dims[0]) mismatch(c.node, x.dims, weight.dims);
  const channels = dimAt(weight.dims, 1) * attribute.int(c.node, 'group', 1);
  const { output } = transposedWindowOf(c.node, x.dims.slice(2), weight.dims.slice(2));
  return [{ type: commonType(c.node, x, weight), dims: [dimAt(x.dims, 0), channels, ...output] }];
};

const deformConv: ShapeRule = (c) => {
  const [x, weight] = [c.input(0), c.input(1)];
  return [{ type: x.type, dims: [dimAt(x.dims, 0), dimAt(weight.dims, 0), ...windowOf(c.node, x.dims.slice(2), weight.dims.slice(2)).output] }];
};

/** Columns [N, C·∏block, L] to an image [N, C, …]; L is the number of block positions. */
const col2Im: ShapeRule = (c) => {
  const { dims, type } = c.input(0);
  const [image, block] = [c.numbers(1), c.numbers(2)];
  const window = windowAttributes(c.node, block);
  const positions = range(block.length).map((axis) => {
    const padded = dimAt(image, axis) + dimAt(window.padsBegin, axis) + dimAt(window.padsEnd, axis);
    return Math.floor((padded - kernelSpan(dimAt(block, axis), dimAt(window.dilations, axis))) / dimAt(window.strides, axis)) + 1;
  });
  const product = (values: Dims): number => values.reduce((a, b) => a * b, 1);
  if (dims.length !== 3 || dims[2] !== product(positions)) mismatch(c.node, dims, positions);
  const channels = dimAt(dims, 1) / product(block);
  if (!Number.isInteger(channels)) invalid(c.node, `its ${dims[1]} rows are not a multiple of the block`);
  return [{ type, dims: [dimAt(dims, 0), channels, ...image] }];
};

export const convShapes = {
  Col2Im: col2Im,
  Conv: conv,
  ConvInteger: convInteger,
  ConvTranspose: convTranspose,
  DeformConv: deformConv,
} satisfies ShapeRules;
