import { type DataType, sizeOf } from '../../../core/index.js';
import { attribute, axisOf, type GraphBuilder, type Value } from '../../graph/index.js';
import type { GradientRule, RuleContext, Rules } from '../rule.js';
import { type AxisMap, adjointAlong, alongAxis } from './separable.js';

/** Smallest and largest number of the integer types. */
const RANGE: Readonly<Partial<Record<DataType, readonly [number, number]>>> = {
  int8: [-(2 ** 7), 2 ** 7 - 1],
  uint8: [0, 2 ** 8 - 1],
  int16: [-(2 ** 15), 2 ** 15 - 1],
  uint16: [0, 2 ** 16 - 1],
  int32: [-(2 ** 31), 2 ** 31 - 1],
};

/**
 * q = saturate(round(x/s) + z), taken for x/s + z where it does not saturate, constant elsewhere (straight-through estimator:
 * Bengio, Léonard and Courville, 2013): dx = dq/s, ds = −Σ dq x/s². With DequantizeLinear behind it ds becomes that of
 * "Learned step size quantization" (Esser et al., 2020).
 */
const quantizeLinear: GradientRule = (c) => {
  const { b, x, y, dy, inputs } = c;
  const steps = b.div(x(0), spread(c, x(1)));
  const rounded = b.op('Round', [steps]);
  const level = inputs[2] ? b.add(rounded, spread(c, b.cast(inputs[2], steps.type))) : rounded;
  const [low, high] = RANGE[y(0).type] ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  const clipped = b.op('Clip', [level, b.scalar(level.type, low), b.scalar(level.type, high)]);
  const share = b.div(b.mul(dy(0), b.cast(b.equal(clipped, level), level.type)), spread(c, x(1)));
  return [share, c.needs(1) ? gathered(c, b.neg(b.mul(share, steps)), x(1)) : undefined, undefined];
};

/** x = (q − z) s: dq = dx s, ds = Σ dx (q − z). */
const dequantizeLinear: GradientRule = (c) => {
  const { b, x, dy, inputs } = c;
  const dq = b.mul(dy(0), spread(c, x(1)));
  if (!c.needs(1)) return [dq, undefined, undefined];
  const level = b.cast(x(0), x(1).type);
  const distance = inputs[2] ? b.sub(level, spread(c, b.cast(inputs[2], x(1).type))) : level;
  return [dq, gathered(c, b.mul(dy(0), distance), x(1)), undefined];
};

/** A scale or zero point for every element: one for all, one an index of an axis, or one a block along it. */
function spread(c: RuleContext, value: Value): Value {
  const { b } = c;
  if (value.dims.length === c.x(0).dims.length && value.dims.length > 1) return alongAxis(b, value, axisAt(c), blocks(c, value));
  return sizeOf(value.dims) === 1 ? b.reshape(value, []) : b.reshape(value, alongOne(c, value));
}

/** The adjoint of {@link spread}. */
function gathered(c: RuleContext, gradient: Value, scale: Value): Value {
  const { b } = c;
  if (scale.dims.length === gradient.dims.length && scale.dims.length > 1) return adjointAlong(b, gradient, axisAt(c), blocks(c, scale));
  return b.reshape(sizeOf(scale.dims) === 1 ? sum(b, gradient) : b.reduceTo(gradient, alongOne(c, scale)), scale.dims);
}

function sum(b: GraphBuilder, x: Value): Value {
  return b.reduceSum(x, [...x.dims.keys()], false);
}

function axisAt({ node, x }: RuleContext): number {
  return axisOf(node, attribute.int(node, 'axis', 1), x(0).dims.length);
}

/** `[C]` as `[1, …, C, …, 1]`. */
function alongOne(c: RuleContext, value: Value): number[] {
  return c.x(0).dims.map((_, axis) => (axis === axisAt(c) ? sizeOf(value.dims) : 1));
}

function blocks(c: RuleContext, scale: Value): AxisMap {
  const size = attribute.int(c.node, 'block_size', 1);
  const axis = axisAt(c);
  const rows = Array.from({ length: c.x(0).dims[axis] as number }, (_, i) => [{ index: Math.floor(i / size), weight: 1 }]);
  return { inputs: scale.dims[axis] as number, rows };
}

export const quantizeRules = { DequantizeLinear: dequantizeLinear, QuantizeLinear: quantizeLinear } satisfies Rules;
