import type { Value } from '../../graph/index.js';
import type { GradientRule, RuleContext, Rules } from '../rule.js';

/** dx = dy · slope, the slope of a function of one variable. */
function unary(slope: (c: RuleContext) => Value): GradientRule {
  return (c) => [c.b.mul(c.dy(0), slope(c))];
}

/** dx = dy / divisor. */
function unaryOver(divisor: (c: RuleContext) => Value): GradientRule {
  return (c) => [c.b.div(c.dy(0), divisor(c))];
}

const square = ({ b }: RuleContext, x: Value): Value => b.mul(x, x);

export const transcendentalRules = {
  Acos: unaryOver((c) => c.b.neg(c.b.sqrt(c.b.sub(1, square(c, c.x(0)))))),
  Acosh: unaryOver((c) => c.b.sqrt(c.b.sub(square(c, c.x(0)), 1))),
  Asin: unaryOver((c) => c.b.sqrt(c.b.sub(1, square(c, c.x(0))))),
  Asinh: unaryOver((c) => c.b.sqrt(c.b.add(square(c, c.x(0)), 1))),
  Atan: unaryOver((c) => c.b.add(square(c, c.x(0)), 1)),
  Atanh: unaryOver((c) => c.b.sub(1, square(c, c.x(0)))),
  Cos: unary((c) => c.b.neg(c.b.op('Sin', [c.x(0)]))),
  Cosh: unary((c) => c.b.op('Sinh', [c.x(0)])),
  // 2/√π · exp(−x²)
  Erf: unary((c) => c.b.mul(c.b.exp(c.b.neg(square(c, c.x(0)))), 2 / Math.sqrt(Math.PI))),
  Exp: unary((c) => c.y(0)),
  Log: unaryOver((c) => c.x(0)),
  Sin: unary((c) => c.b.op('Cos', [c.x(0)])),
  Sinh: unary((c) => c.b.op('Cosh', [c.x(0)])),
  Tan: unary((c) => c.b.add(square(c, c.y(0)), 1)),
  Tanh: unary((c) => c.b.sub(1, square(c, c.y(0)))),
} satisfies Rules;
