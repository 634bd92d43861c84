import { fromNumbers, sizeOf } from '../../../core/index.js';
import { attribute, type GraphBuilder, type Node, type Value } from '../../graph/index.js';
import type { GradientRule, Rules } from '../rule.js';
import { at } from './geometry.js';

/** GridSample in simpler ops, through which its gradient goes. */
const gridSample: GradientRule = ({ b, node, x, through }) => through(() => [gridSampled(b, node, x(0), x(1))]);

/**
 * `[N, C, …]` sampled at a grid `[N, …, rank]` of positions in [−1, 1], the last axis first: `[N, C, …]`. Every output is a sum over
 * taps, the product of one tap an axis. Source: ONNX, operator GridSample, and PyTorch's grid_sample.
 */
export function gridSampled(b: GraphBuilder, node: Node, x: Value, grid: Value): Value {
  const [n, channels, ...spatial] = x.dims as [number, number, ...number[]];
  const positions = sizeOf(grid.dims.slice(1, -1));
  const rows = b.reshape(grid, [n, positions, spatial.length]);
  const axes = spatial.map((size, axis) => {
    const component = spatial.length - 1 - axis;
    return tapsAlong(b, node, size, b.reshape(b.slice(rows, [component], [component + 1], [2]), [n, 1, positions]));
  });
  const flat = b.reshape(x, [n, channels, sizeOf(spatial)]);
  const terms = combinations(axes).map((taps) => {
    const index = taps.map((tap) => tap.index).reduce((sum, position, axis) => b.add(b.mul(sum, at(spatial, axis)), position));
    const read = b.op('GatherElements', [flat, b.expand(b.cast(index, 'int64'), [n, channels, positions])], { axis: 2 });
    return taps.reduce((value, tap) => (tap.weight ? b.mul(value, tap.weight) : value), read);
  });
  const sum = terms.length === 1 ? (terms[0] as Value) : b.op('Sum', terms);
  return b.reshape(sum, [n, channels, ...grid.dims.slice(1, -1)]);
}

/** One element that an output reads along one axis: its whole-numbered position inside the image, and its weight (absent for 1). */
interface Tap {
  readonly index: Value;
  readonly weight: Value | undefined;
}

function tapsAlong(b: GraphBuilder, node: Node, size: number, coordinate: Value): Tap[] {
  const mode = attribute.string(node, 'mode', 'linear');
  const aligned = attribute.int(node, 'align_corners', 0) === 1;
  const scaled = aligned ? b.mul(b.add(coordinate, 1), (size - 1) / 2) : b.sub(b.mul(b.add(coordinate, 1), size / 2), 0.5);
  const cubic = mode === 'cubic' || mode === 'bicubic';
  const border: Border = { padding: attribute.string(node, 'padding_mode', 'zeros'), size, aligned };
  // A cubic kernel moves whole-numbered taps inside, the others the position.
  const position = cubic ? scaled : moved(b, border, scaled);
  if (mode === 'nearest') return [kept(b, border, { index: b.op('Round', [position]), weight: undefined })];
  const low = b.op('Floor', [position]);
  const share = b.sub(position, low);
  const weights = cubic ? cubicWeights(b, share) : [b.sub(1, share), share];
  const first = cubic ? -1 : 0;
  return weights.map((weight, k) => kept(b, border, { index: b.add(low, first + k), weight }));
}

interface Border {
  readonly padding: string;
  readonly size: number;
  readonly aligned: boolean;
}

/** A position outside the image moved inside, as the padding says; zeros leave it where it is. */
function moved(b: GraphBuilder, { padding, size, aligned }: Border, position: Value): Value {
  if (padding === 'zeros') return position;
  const inner = padding === 'reflection' ? reflected(b, position, aligned ? 0 : -0.5, aligned ? size - 1 : size - 0.5) : position;
  return clipped(b, inner, size);
}

/** A tap moved inside the image; with zeros outside, its weight becomes 0 there. */
function kept(b: GraphBuilder, border: Border, { index, weight }: Tap): Tap {
  const inner = clipped(b, moved(b, border, index), border.size);
  if (border.padding !== 'zeros') return { index: inner, weight };
  const inside = b.cast(b.equal(inner, index), index.type);
  return { index: inner, weight: weight ? b.mul(weight, inside) : inside };
}

function clipped(b: GraphBuilder, position: Value, size: number): Value {
  return b.op('Clip', [position, b.scalar(position.type, 0), b.scalar(position.type, size - 1)]);
}

/** Mirrored at `low` and `high` as often as it takes. */
function reflected(b: GraphBuilder, position: Value, low: number, high: number): Value {
  const span = high - low;
  if (span === 0) return b.mul(position, 0);
  const distance = b.op('Abs', [b.sub(position, low)]);
  const turns = b.op('Floor', [b.mul(distance, 1 / span)]);
  const rest = b.sub(distance, b.mul(turns, span));
  const odd = b.sub(turns, b.mul(b.op('Floor', [b.mul(turns, 0.5)]), 2));
  return b.add(b.add(rest, b.mul(odd, b.sub(span, b.mul(rest, 2)))), low);
}

/** Coefficient of the cubic convolution kernel, as in PyTorch. */
const A = -0.75;

/** Weights of the four taps around a position `share` behind the second. Keys, 1981. */
function cubicWeights(b: GraphBuilder, share: Value): Value[] {
  const rest = b.sub(1, share);
  const near = (t: Value): Value => b.add(b.mul(b.mul(b.sub(b.mul(t, A + 2), A + 3), t), t), 1);
  const far = (t: Value): Value => b.sub(b.mul(b.add(b.mul(b.sub(b.mul(t, A), 5 * A), t), 8 * A), t), 4 * A);
  return [far(b.add(share, 1)), near(share), near(rest), far(b.add(rest, 1))];
}

function combinations(axes: readonly (readonly Tap[])[]): Tap[][] {
  return axes.reduce<Tap[][]>((all, taps) => all.flatMap((head) => taps.map((tap) => [...head, tap])), [[]]);
}

/** grid = base · θᵀ with the positions of an image `[N, C, …]` in [−1, 1]: dθ = dgridᵀ · base. */
const affineGrid: GradientRule = ({ b, node, x, dy, shape }) => {
  const [n, , ...spatial] = shape.numbers(1) as [number, number, ...number[]];
  const rank = spatial.length;
  const aligned = attribute.int(node, 'align_corners', 0) === 1;
  const along = (size: number, index: number): number => (aligned ? (size > 1 ? (2 * index) / (size - 1) - 1 : 0) : (2 * index + 1) / size - 1);
  const rows = spatial.reduce<number[][]>(
    (all, size) => all.flatMap((row) => Array.from({ length: size }, (_, index) => [along(size, index), ...row])),
    [[]],
  );
  const base = b.constant(
    fromNumbers(
      x(0).type,
      [rows.length, rank + 1],
      rows.flatMap((row) => [...row, 1]),
    ),
  );
  const turned = b.transpose(b.reshape(dy(0), [n, rows.length, rank]), [0, 2, 1]);
  return [b.matMul(turned, base)];
};

export const gridRules = { AffineGrid: affineGrid, GridSample: gridSample } satisfies Rules;
