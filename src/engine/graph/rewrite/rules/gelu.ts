import { any, either, number, op, type Pattern, product } from '../pattern.js';
import type { RewriteRule } from '../rule.js';

const x = any('x');
const half = number(0.5);

/** ½·x·(1 + inner), in any order of the factors. */
function halved(inner: Pattern): Pattern {
  return product(x, half, op('Add', [inner, number(1)]));
}

const overRootTwo = either(op('Div', [x, number(Math.SQRT2)]), op('Mul', [x, number(Math.SQRT1_2)]));

/** x·Φ(x) with the Gaussian distribution function written by Erf (Hendrycks and Gimpel, 2016). */
export const gelu: RewriteRule = {
  name: 'gelu',
  patterns: [halved(op('Erf', [overRootTwo]))],
  check: () => undefined,
  replace: (match, make) => make.op('Gelu', [match.value('x')], { approximate: 'none' }),
};

const cubic = number(0.044715);
const root = number(Math.sqrt(2 / Math.PI));
const cubed = either(op('Pow', [x, number(3)]), product(x, x, x));
const sum = op('Add', [x, op('Mul', [cubed, cubic])]);

/** √(2/π)·(x + 0.044715·x³), or the same with x drawn out of the sum. */
const argument = either(
  op('Mul', [sum, root]),
  product(x, root, op('Add', [either(product(x, x, cubic), op('Mul', [op('Pow', [x, number(2)]), cubic])), number(1)])),
);

/** The approximation of GELU by Tanh. */
export const geluTanh: RewriteRule = {
  name: 'gelu-tanh',
  patterns: [halved(op('Tanh', [argument]))],
  check: () => undefined,
  replace: (match, make) => make.op('Gelu', [match.value('x')], { approximate: 'tanh' }),
};
