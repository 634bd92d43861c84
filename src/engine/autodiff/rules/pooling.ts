import { sizeOf } from '../../../core/index.js';
import { attribute, type GraphBuilder, type Value, windowOf } from '../../graph/index.js';
import type { GradientRule, RuleContext, Rules } from '../rule.js';
import { at, endPads, type Geometry, geometryOf } from './geometry.js';
import { type AxisMap, adjointAlong } from './separable.js';

function poolGeometry(c: RuleContext): Geometry {
  const window = windowOf(c.node, c.x(0).dims.slice(2), attribute.ints(c.node, 'kernel_shape') ?? []);
  return geometryOf(c, window, c.x(0), c.y(0));
}

/**
 * The gradient goes to the maximum, the first one where several are equal, as in PyTorch: positions from a MaxPool with
 * Indices, then a scatter with addition (where windows neither overlap nor are padded MaxUnpool: 0.8 of the time). Masks by comparison, one a tap, took
 * 1.0 to 1.4 of the time of indices and scatter. The second MaxPool is no loss: the one with indices takes 10 to 30 times
 * as long as one without, and inference keeps the fast one.
 */
const maxPool: GradientRule = (c) => {
  const { b, x, dy } = c;
  const geometry = poolGeometry(c);
  const { kernel, strides, dilations, begin } = geometry;
  const indices = indicesOf(c);
  const end = endPads(geometry);
  const apart = kernel.every((size, axis) => (size - 1) * at(dilations, axis) < at(strides, axis) && at(begin, axis) === 0 && at(end, axis) <= 0);
  if (apart && x(0).type === 'float32') {
    return [b.op('MaxUnpool', [dy(0), indices, b.ints(x(0).dims)], { kernel_shape: kernel, strides })];
  }
  const size = sizeOf(x(0).dims);
  const zeros = b.expand(b.scalar(dy(0).type, 0), [size]);
  const flat = (value: Value): Value => b.reshape(value, [sizeOf(value.dims)]);
  return [b.reshape(b.op('ScatterElements', [zeros, flat(indices), flat(dy(0))], { reduction: 'add' }), x(0).dims)];
};

/** Positions of the maxima in the flat input. */
function indicesOf({ b, node, x, outputs }: RuleContext): Value {
  const given = outputs[1];
  if (given && given.name !== '' && attribute.int(node, 'storage_order', 0) === 0) return given;
  const { storage_order: _, ...attributes } = node.attributes;
  const names = [b.fresh('MaxPool'), b.fresh('Indices')];
  return b.node({ ...node, name: names[0] as string, inputs: [x(0).name], outputs: names, attributes })[1] as Value;
}

/** Every position has a value of x at most once, so it takes the gradient back from where it went. */
const maxUnpool: GradientRule = ({ b, x, dy }) => {
  const flat = (value: Value): Value => b.reshape(value, [sizeOf(value.dims)]);
  return [b.reshape(b.op('Gather', [flat(dy(0)), flat(x(1))], { axis: 0 }), x(0).dims)];
};

/** What a window position reads along one axis: taps outside the image are left out. */
function windowMap(geometry: Geometry, axis: number, weightOf: (taps: number, position: number) => number): AxisMap {
  const inputs = at(geometry.image, axis);
  const rows = Array.from({ length: at(geometry.grid, axis) }, (_, position) => {
    const start = position * at(geometry.strides, axis) - at(geometry.begin, axis);
    const taps = Array.from({ length: at(geometry.kernel, axis) }, (_, k) => start + k * at(geometry.dilations, axis));
    const inside = taps.filter((index) => index >= 0 && index < inputs);
    const weight = weightOf(inside.length, position);
    return inside.map((index) => ({ index, weight }));
  });
  return { inputs, rows };
}

/** The adjoint of summing windows, axis by axis: `[N, C, grid]` to `[N, C, image]`. */
function windowAdjoint(b: GraphBuilder, dy: Value, maps: readonly AxisMap[]): Value {
  return maps.reduce((gradient, map, axis) => adjointAlong(b, gradient, axis + 2, map), dy);
}

/**
 * The mean of a window is a mean along each axis, so its adjoint is one small matrix an axis: 0.4 to 0.5 of the time of
 * ConvTranspose with a kernel of ones for 3×3 windows without stride, 0.9 to 1.6 with stride 2. Windows that tile the image
 * are an enlargement of the gradient: 0.3 to 0.45.
 */
const averagePool: GradientRule = (c) => {
  const geometry = poolGeometry(c);
  const { kernel, strides, dilations, begin, image, grid } = geometry;
  const tiles = kernel.every(
    (size, axis) => size === at(strides, axis) && at(dilations, axis) === 1 && at(begin, axis) === 0 && size * at(grid, axis) === at(image, axis),
  );
  if (tiles) return [enlarged(c.b, c.b.mul(c.dy(0), 1 / sizeOf(kernel)), kernel)];
  const counted = countedTaps(c, geometry);
  const maps = kernel.map((_, axis) => windowMap(geometry, axis, (taps, position) => 1 / counted(axis, position, taps)));
  return [windowAdjoint(c.b, c.dy(0), maps)];
};

function enlarged(b: GraphBuilder, x: Value, factors: readonly number[]): Value {
  const scales = b.constant({ type: 'float32', dims: [factors.length + 2], data: Float32Array.from([1, 1, ...factors]) });
  return b.op('Resize', [x, undefined, scales], { mode: 'nearest', nearest_mode: 'floor', coordinate_transformation_mode: 'asymmetric' });
}

/** By how many elements a window's sum is divided along an axis; with count_include_pad also padding, but nothing behind it. */
function countedTaps({ node }: RuleContext, geometry: Geometry): (axis: number, position: number, taps: number) => number {
  if (attribute.int(node, 'count_include_pad', 0) === 0) return (_axis, _position, taps) => taps;
  const window = windowOf(node, geometry.image, geometry.kernel);
  return (axis, position) => {
    const start = position * at(geometry.strides, axis);
    const room = at(window.padsBegin, axis) + at(geometry.image, axis) + at(window.padsEnd, axis) - start;
    return Math.min(at(geometry.kernel, axis), Math.ceil(room / at(geometry.dilations, axis)));
  };
}

/** y = (Σ |x|ᵖ)^(1/p) over a window: dx = sign(x) |x|ᵖ⁻¹ Σ dy y¹⁻ᵖ over the windows that read it; 0 where y is 0. */
const lpPool: GradientRule = (c) => {
  const geometry = poolGeometry(c);
  const maps = geometry.kernel.map((_, axis) => windowMap(geometry, axis, () => 1));
  return [lpGradient(c, (value) => windowAdjoint(c.b, value, maps))];
};

const globalLpPool: GradientRule = (c) => [lpGradient(c, (value) => value)];

function lpGradient({ b, node, x, y, dy }: RuleContext, spread: (value: Value) => Value): Value {
  const p = attribute.int(node, 'p', 2);
  if (p === 1) return b.mul(b.op('Sign', [x(0)]), spread(dy(0)));
  const share = b.where(b.equal(y(0), 0), 0, b.mul(dy(0), b.pow(y(0), 1 - p)));
  const power = p === 2 ? x(0) : b.mul(x(0), b.pow(b.op('Abs', [x(0)]), p - 2));
  return b.mul(power, spread(share));
}

const globalAveragePool: GradientRule = ({ b, x, dy }) => [b.expand(b.mul(dy(0), 1 / sizeOf(x(0).dims.slice(2))), x(0).dims)];

/** The first maximum of each channel takes the gradient. */
const globalMaxPool: GradientRule = ({ b, x, dy }) => {
  const { dims, type } = x(0);
  const [n, channels] = dims as [number, number];
  const positions = sizeOf(dims.slice(2));
  const winner = b.op('ArgMax', [b.reshape(x(0), [n, channels, positions])], { axis: 2, keepdims: 1 });
  const hit = b.equal(winner, b.ints([...Array(positions).keys()]));
  return [b.reshape(b.mul(b.cast(hit, type), b.reshape(dy(0), [n, channels, 1])), dims)];
};

export const poolingRules = {
  AveragePool: averagePool,
  GlobalAveragePool: globalAveragePool,
  GlobalLpPool: globalLpPool,
  GlobalMaxPool: globalMaxPool,
  LpPool: lpPool,
  MaxPool: maxPool,
  MaxUnpool: maxUnpool,
} satisfies Rules;
