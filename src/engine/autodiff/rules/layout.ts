import { attribute } from '../../graph/index.js';
import type { GradientRule, Rules } from '../rule.js';

const identity: GradientRule = ({ dy }) => [dy(0)];

/** The gradient in the shape of the input. */
const reshape: GradientRule = ({ b, x, dy }) => [b.reshape(dy(0), x(0).dims)];

const cast: GradientRule = ({ b, x, dy }) => [b.cast(dy(0), x(0).type)];

const transpose: GradientRule = ({ b, node, x, dy }) => {
  const axes = [...x(0).dims.keys()];
  const perm = attribute.ints(node, 'perm') ?? axes.slice().reverse();
  return [
    b.transpose(
      dy(0),
      axes.map((axis) => perm.indexOf(axis)),
    ),
  ];
};

/** The sum over the copies: [r·d] as [r, d], summed over r. */
const tile: GradientRule = ({ b, x, dy, shape }) => {
  const repeats = shape.numbers(1);
  const split = x(0).dims.flatMap((dim, axis) => (repeats[axis] === 1 ? [dim] : [repeats[axis] as number, dim]));
  const copies = repeats.flatMap((count, axis) => (count === 1 ? [] : [axis + repeats.slice(0, axis).filter((earlier) => earlier !== 1).length]));
  return [b.reshape(b.reduceSum(b.reshape(dy(0), split), copies), x(0).dims)];
};

/** The inverse permutation; SpaceToDepth undoes the DCR mode only. */
const depthToSpace: GradientRule = ({ b, node, x, dy }) => {
  const blocksize = attribute.int(node, 'blocksize', 1);
  if (attribute.string(node, 'mode', 'DCR') === 'DCR') return [b.op('SpaceToDepth', [dy(0)], { blocksize })];
  const [n, c, h, w] = x(0).dims as [number, number, number, number];
  const blocks = b.reshape(dy(0), [n, c / blocksize ** 2, h, blocksize, w, blocksize]);
  return [b.reshape(b.transpose(blocks, [0, 1, 3, 5, 2, 4]), x(0).dims)];
};

const spaceToDepth: GradientRule = ({ b, node, dy }) => [b.op('DepthToSpace', [dy(0)], { blocksize: attribute.int(node, 'blocksize', 1) })];

export const layoutRules = {
  Cast: cast,
  CastLike: cast,
  DepthToSpace: depthToSpace,
  Expand: identity,
  Flatten: reshape,
  Identity: identity,
  Reshape: reshape,
  SpaceToDepth: spaceToDepth,
  Squeeze: reshape,
  Tile: tile,
  Transpose: transpose,
  Unsqueeze: reshape,
} satisfies Rules;
