import { sizeOf } from '../../../core/index.js';
import { attribute } from '../attributes.js';
import type { Node } from '../model.js';
import { axesOf, axisOf, broadcast, commonType, type Dims, dimAt, invalid, mismatch, range } from './dims.js';
import { same } from './elementwise.js';
import type { ShapeRule, ShapeRules } from './rule.js';

/** `dims` in the shape `target`, where 0 copies a dimension (unless `allowZero`) and -1 takes the rest. @throws SHAPE_MISMATCH */
function reshapedDims(node: Node, dims: Dims, target: Dims, allowZero: boolean): number[] {
  const copied = target.map((dim, axis) => (dim === 0 && !allowZero ? (dims[axis] ?? mismatch(node, dims, target)) : dim));
  const known = sizeOf(copied.filter((dim) => dim !== -1));
  const rest = known === 0 ? 0 : sizeOf(dims) / known;
  const result = copied.map((dim) => (dim === -1 ? rest : dim));
  if (sizeOf(result) !== sizeOf(dims) || copied.filter((dim) => dim === -1).length > 1) mismatch(node, dims, target);
  return result;
}

const reshape: ShapeRule = (c) => {
  const { type, dims } = c.input(0);
  return [{ type, dims: reshapedDims(c.node, dims, c.numbers(1), attribute.int(c.node, 'allowzero', 0) === 1) }];
};

/** The permutation of a Transpose; without one the axes are reversed. */
export function permutationOf(node: Node, rank: number): Dims {
  const perm = attribute.ints(node, 'perm') ?? range(rank).reverse();
  if (String([...perm].sort((a, b) => a - b)) !== String(range(rank))) invalid(node, `perm [${perm.join(', ')}] is no permutation of ${rank} axes`);
  return perm;
}

const transpose: ShapeRule = (c) => {
  const { type, dims } = c.input(0);
  return [{ type, dims: permutationOf(c.node, dims.length).map((axis) => dimAt(dims, axis)) }];
};

const flatten: ShapeRule = (c) => {
  const { type, dims } = c.input(0);
  const axis = attribute.int(c.node, 'axis', 1);
  const split = axis === dims.length ? axis : axisOf(c.node, axis, dims.length);
  return [{ type, dims: [sizeOf(dims.slice(0, split)), sizeOf(dims.slice(split))] }];
};

/** Axes a Squeeze removes; none given means every dimension of 1. */
function squeezedAxes(node: Node, dims: Dims, given: Dims | undefined): number[] {
  if (given === undefined) return range(dims.length).filter((axis) => dims[axis] === 1);
  const axes = axesOf(node, given, dims.length);
  const wrong = axes.find((axis) => dims[axis] !== 1);
  return wrong === undefined ? axes : invalid(node, `dimension ${wrong} is ${dims[wrong]}, and only 1 can be squeezed`);
}

const squeeze: ShapeRule = (c) => {
  const { type, dims } = c.input(0);
  const axes = new Set(squeezedAxes(c.node, dims, c.optionalNumbers(1)));
  return [{ type, dims: dims.filter((_, axis) => !axes.has(axis)) }];
};

const unsqueeze: ShapeRule = (c) => {
  const { type, dims } = c.input(0);
  const given = c.numbers(1);
  const rank = dims.length + given.length;
  const axes = new Set(axesOf(c.node, given, rank));
  if (axes.size !== given.length) invalid(c.node, 'an axis is given twice');
  const rest = [...dims];
  return [{ type, dims: range(rank).map((axis) => (axes.has(axis) ? 1 : (rest.shift() as number))) }];
};

const expand: ShapeRule = (c) => {
  const { type, dims } = c.input(0);
  return [{ type, dims: broadcast(c.node, dims, c.numbers(1)) }];
};

const tile: ShapeRule = (c) => {
  const { type, dims } = c.input(0);
  const repeats = c.numbers(1);
  if (repeats.length !== dims.length) mismatch(c.node, dims, repeats);
  return [{ type, dims: dims.map((dim, axis) => dim * dimAt(repeats, axis)) }];
};

const concat: ShapeRule = (c) => {
  const inputs = c.inputs();
  const { dims } = c.input(0);
  const type = commonType(c.node, ...inputs);
  const axis = axisOf(c.node, attribute.int(c.node, 'axis', 0), dims.length);
  const others = (shape: Dims): string => String(shape.with(axis, 0));
  const wrong = inputs.find((input) => input.dims.length !== dims.length || others(input.dims) !== others(dims));
  if (wrong) mismatch(c.node, dims, wrong.dims);
  return [
    {
      type,
      dims: dims.with(
        axis,
        inputs.reduce((sum, input) => sum + dimAt(input.dims, axis), 0),
      ),
    },
  ];
};

/** [N, C, H, W] to [N, C/b², H·b, W·b]. */
const depthToSpace: ShapeRule = (c) => {
  const { type, dims } = c.input(0);
  const block = attribute.int(c.node, 'blocksize', 1);
  if (dims.length !== 4 || dimAt(dims, 1) % block ** 2 !== 0) invalid(c.node, `its shape [${dims.join(', ')}] does not fit a block of ${block}`);
  const [n, channels, height, width] = dims as readonly [number, number, number, number];
  return [{ type, dims: [n, channels / block ** 2, height * block, width * block] }];
};

/** [N, C, H, W] to [N, C·b², H/b, W/b]. */
const spaceToDepth: ShapeRule = (c) => {
  const { type, dims } = c.input(0);
  const block = attribute.int(c.node, 'blocksize', 1);
  const fits = dims.length === 4 && dimAt(dims, 2) % block === 0 && dimAt(dims, 3) % block === 0;
  if (!fits) invalid(c.node, `its shape [${dims.join(', ')}] does not fit a block of ${block}`);
  const [n, channels, height, width] = dims as readonly [number, number, number, number];
  return [{ type, dims: [n, channels * block ** 2, height / block, width / block] }];
};

export const layoutShapes = {
  Concat: concat,
  DepthToSpace: depthToSpace,
  Expand: expand,
  Flatten: flatten,
  Reshape: reshape,
  ReverseSequence: same,
  SpaceToDepth: spaceToDepth,
  Squeeze: squeeze,
  Tile: tile,
  Transpose: transpose,
  Trilu: same,
  Unsqueeze: unsqueeze,
} satisfies ShapeRules;
