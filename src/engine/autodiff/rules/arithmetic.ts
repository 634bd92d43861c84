import { toNumbers } from '../../../core/index.js';
import type { GraphBuilder, Value } from '../../graph/index.js';
import type { GradientRule, RuleContext, Rules } from '../rule.js';

const add: GradientRule = ({ dy, inputs }) => inputs.map(() => dy(0));

/** Summed down before the sign changes: there is less of it then. */
const sub: GradientRule = ({ b, x, dy }) => [dy(0), b.neg(b.reduceTo(dy(0), x(1).dims))];

const mul: GradientRule = ({ b, x, dy }) => [b.mul(dy(0), x(1)), b.mul(dy(0), x(0))];

const div: GradientRule = ({ b, x, y, dy }) => {
  const da = b.div(dy(0), x(1));
  return [da, b.neg(b.mul(da, y(0)))];
};

const neg: GradientRule = ({ b, dy }) => [b.neg(dy(0))];

const abs: GradientRule = ({ b, x, dy }) => [b.mul(dy(0), b.op('Sign', [x(0)]))];

const reciprocal: GradientRule = ({ b, y, dy }) => [b.neg(b.mul(dy(0), b.mul(y(0), y(0))))];

const sqrt: GradientRule = ({ b, y, dy }) => [b.div(b.mul(dy(0), 0.5), y(0))];

const mean: GradientRule = ({ b, dy, inputs }) => {
  const share = b.mul(dy(0), 1 / inputs.length);
  return inputs.map(() => share);
};

/** Max and Min: the gradient goes to the operand that won; operands that tie share it equally, as torch.maximum does. */
const extremum: GradientRule = ({ b, y, dy, inputs }) => {
  if (inputs.length === 1) return [dy(0)];
  const winners = inputs.map((input) => b.cast(b.equal(input as Value, y(0)), y(0).type));
  const share = b.div(dy(0), b.op('Sum', winners));
  return winners.map((winner) => b.mul(share, winner));
};

/** y = a − b·trunc(a/b); the quotient is (a − y)/b up to rounding. */
const mod: GradientRule = ({ b, x, y, dy }) => {
  const quotient = b.op('Round', [b.div(b.sub(x(0), y(0)), x(1))]);
  return [dy(0), b.neg(b.mul(dy(0), quotient))];
};

/** d xᵉ/dx = e xᵉ⁻¹, and 0 where e = 0; d xᵉ/de = xᵉ ln x, and 0 where x = 0 and e ≥ 0: as torch.pow. */
const pow: GradientRule = (c) => {
  const { b, x, y, dy, needs } = c;
  const exponent = b.cast(x(1), x(0).type);
  const dx = b.mul(dy(0), constantSlope(c) ?? slope(b, x(0), exponent));
  if (!needs(1)) return [dx];
  const zero = b.op('And', [b.equal(x(0), 0), b.op('GreaterOrEqual', [exponent, b.scalar(exponent.type, 0)])]);
  return [dx, b.mul(dy(0), b.mul(y(0), b.where(zero, 0, b.log(b.where(zero, 1, x(0))))))];
};

function slope(b: GraphBuilder, x: Value, exponent: Value): Value {
  return b.mul(exponent, b.where(b.equal(exponent, 0), 0, b.pow(x, b.sub(exponent, 1))));
}

/** The slope of a power known at compile time, in cheaper ops than Pow where there are some. */
function constantSlope({ b, x, y, shape }: RuleContext): Value | undefined {
  const tensor = shape.constant(1);
  if (tensor?.data.length !== 1) return undefined;
  const exponent = toNumbers(tensor)[0] as number;
  switch (exponent) {
    case 0:
      return b.scalar(x(0).type, 0);
    case 1:
      return b.scalar(x(0).type, 1);
    case 2:
      return b.mul(x(0), 2);
    case 3:
      return b.mul(b.mul(x(0), x(0)), 3);
    case 0.5:
      return b.div(0.5, y(0));
    case -1:
      return b.neg(b.mul(y(0), y(0)));
    default:
      return b.mul(b.pow(x(0), exponent - 1), exponent);
  }
}

export const arithmeticRules = {
  Abs: abs,
  Add: add,
  Div: div,
  Max: extremum,
  Mean: mean,
  Min: extremum,
  Mod: mod,
  Mul: mul,
  Neg: neg,
  Pow: pow,
  Reciprocal: reciprocal,
  Sqrt: sqrt,
  Sub: sub,
  Sum: add,
} satisfies Rules;
