import { toNumbers } from '../../../core/index.js';
import { attribute, type GraphBuilder, type Value } from '../../graph/index.js';
import type { GradientRule, RuleContext, Rules } from '../rule.js';

const alphaOf = (c: RuleContext, otherwise: number): number => attribute.float(c.node, 'alpha', otherwise);

/** dx = dy · slope. */
function unary(slope: (c: RuleContext) => Value): GradientRule {
  return (c) => [c.b.mul(c.dy(0), slope(c))];
}

/** dx = dy where the condition holds, else 0. */
function passing(condition: (c: RuleContext) => Value): GradientRule {
  return (c) => [c.b.mul(c.dy(0), c.b.cast(condition(c), c.dy(0).type))];
}

const relu = passing(({ b, y }) => b.greater(y(0), 0));

const thresholdedRelu = passing((c) => c.b.greater(c.x(0), alphaOf(c, 1)));

const leakyRelu: GradientRule = (c) => {
  const { b, x, dy } = c;
  return [b.where(b.greater(x(0), 0), dy(0), b.mul(dy(0), alphaOf(c, 0.01)))];
};

/** y = x where x > 0, slope · x elsewhere. */
const prelu: GradientRule = ({ b, x, dy }) => {
  const positive = b.greater(x(0), 0);
  return [b.where(positive, dy(0), b.mul(dy(0), x(1))), b.where(positive, 0, b.mul(dy(0), x(0)))];
};

/** y = α(eˣ − 1) below 0, whose slope is y + α. */
const elu = unary((c) => {
  const alpha = alphaOf(c, 1);
  return alpha === 1 ? c.b.add(c.b.op('Min', [c.y(0), c.b.scalar(c.y(0).type, 0)]), 1) : c.b.where(c.b.greater(c.x(0), 0), 1, c.b.add(c.y(0), alpha));
});

const SELU_ALPHA = 1.6732632423543772;
const SELU_GAMMA = 1.0507009873554805;

const selu = unary((c) => {
  const gamma = attribute.float(c.node, 'gamma', SELU_GAMMA);
  return c.b.where(c.b.greater(c.x(0), 0), gamma, c.b.add(c.y(0), gamma * alphaOf(c, SELU_ALPHA)));
});

/** y = α(exp(x/α) − 1) below 0, whose slope is y/α + 1. */
const celu = unary((c) => c.b.where(c.b.greater(c.x(0), 0), 1, c.b.add(c.b.mul(c.y(0), 1 / alphaOf(c, 1)), 1)));

const sigmoid = unary(({ b, y }) => b.mul(y(0), b.sub(1, y(0))));

/** y = clamp(αx + β, 0, 1); at the bounds 0, as torch. */
const hardSigmoid: GradientRule = (c) => {
  const { b, y, dy } = c;
  const inside = b.op('And', [b.greater(y(0), 0), b.less(y(0), 1)]);
  return [b.where(inside, b.mul(dy(0), alphaOf(c, 0.2)), 0)];
};

/** y = x · clamp(x/6 + ½, 0, 1). */
const hardSwish = unary(({ b, x }) => {
  const middle = b.add(b.mul(x(0), 1 / 3), 0.5);
  return b.where(b.less(x(0), -3), 0, b.where(b.greater(x(0), 3), 1, middle));
});

const softplus = unary(({ b, x }) => b.op('Sigmoid', [x(0)]));

/** y = x/(1 + |x|): slope 1/(1 + |x|)². */
const softsign: GradientRule = ({ b, x, dy }) => {
  const root = b.add(b.op('Abs', [x(0)]), 1);
  return [b.div(dy(0), b.mul(root, root))];
};

/** y = x t with t = tanh(softplus(x)), which is s(2 − s)/(s(s − 2) + 2) for s = sigmoid(x). */
const mish = unary(({ b, x }) => {
  const s = b.op('Sigmoid', [x(0)]);
  const product = b.mul(s, b.sub(2, s));
  const t = b.div(product, b.sub(2, product));
  return b.add(t, b.mul(b.mul(x(0), s), b.sub(1, b.mul(t, t))));
});

/** y = x Φ(x), Φ the normal distribution: slope Φ + x φ. Each op is a pass over all elements, so constants are where they cost none. */
const exactGelu = unary(({ b, x }) => {
  const scaled = b.mul(x(0), Math.SQRT1_2);
  // ½ (1 + erf), which stays within [0, 1].
  const cdf = b.op('HardSigmoid', [b.op('Erf', [scaled])], { alpha: 0.5, beta: 0.5 });
  const pdf = b.exp(b.sub(-Math.log(2 * Math.PI) / 2, b.mul(scaled, scaled)));
  return b.add(cdf, b.mul(x(0), pdf));
});

/** y = x/2 (1 + t) with t = tanh(k (x + c x³)): slope (1 + t)/2 + x/2 (1 − t²) k (1 + 3c x²). */
const tanhGelu = unary(({ b, x }) => {
  const k = Math.sqrt(2 / Math.PI);
  const c = 0.044715;
  const square = b.mul(x(0), x(0));
  const t = b.op('Tanh', [b.mul(x(0), b.add(b.mul(square, k * c), k))]);
  const inner = b.mul(b.sub(1, b.mul(t, t)), b.mul(x(0), b.add(b.mul(square, 3 * k * c), k)));
  return b.mul(b.add(b.add(t, 1), inner), 0.5);
});

const gelu: GradientRule = (c) => (attribute.string(c.node, 'approximate', 'none') === 'tanh' ? tanhGelu(c) : exactGelu(c));

const shrink = passing((c) => c.b.greater(c.b.op('Abs', [c.x(0)]), attribute.float(c.node, 'lambd', 0.5)));

/**
 * Outside the bounds the gradient goes to the bound, to the upper one where they cross. At a bound it passes, as torch.clamp;
 * but where the lower one is 0 the op comes from a ReLU6 or the like, which stops it there: values of exactly 0 are common.
 */
const clip: GradientRule = ({ b, x, y, dy, inputs, shape }) => {
  const [, low, high] = inputs;
  const lowest = shape.constant(1);
  const rectifies = lowest !== undefined && toNumbers(lowest)[0] === 0;
  const inside = rectifies ? between(b, y(0), low, high) : b.equal(x(0), y(0));
  const dx = b.mul(dy(0), b.cast(inside, dy(0).type));
  const outside = b.sub(dy(0), dx);
  if (high === undefined) return [dx, outside];
  const above = b.greater(low ? b.op('Max', [x(0), low]) : x(0), high);
  return [dx, b.where(above, 0, outside), b.where(above, outside, 0)];
};

/** Whether y lies strictly between its bounds. */
function between(b: GraphBuilder, y: Value, low: Value | undefined, high: Value | undefined): Value {
  const above = b.greater(y, low ?? Number.NEGATIVE_INFINITY);
  return high ? b.op('And', [above, b.less(y, high)]) : above;
}

export const activationRules = {
  Celu: celu,
  Clip: clip,
  Elu: elu,
  Gelu: gelu,
  HardSigmoid: hardSigmoid,
  HardSwish: hardSwish,
  LeakyRelu: leakyRelu,
  Mish: mish,
  PRelu: prelu,
  Relu: relu,
  Selu: selu,
  Shrink: shrink,
  Sigmoid: sigmoid,
  Softplus: softplus,
  Softsign: softsign,
  ThresholdedRelu: thresholdedRelu,
} satisfies Rules;
