import { attribute } from '../../attributes.js';
import { any, either, number, op, product } from '../pattern.js';
import type { RewriteRule } from '../rule.js';

const x = any('x');
const clipped = op('Clip', [op('Add', [x, number(3)]), number(0), number(6)]);

/** x·HardSigmoid(x), or x·clip(x + 3, 0, 6)/6, as one HardSwish (Howard et al., 2019). */
export const hardSwish: RewriteRule = {
  name: 'hard-swish',
  patterns: [
    op('Mul', [x, op('HardSigmoid', [x], 'sigmoid')]),
    either(op('Div', [op('Mul', [x, clipped]), number(6)]), op('Mul', [x, op('Div', [clipped, number(6)])]), product(x, clipped, number(1 / 6))),
  ],
  check(match) {
    if (!match.has('sigmoid')) return undefined;
    const [alpha, beta] = [attribute.float(match.node('sigmoid'), 'alpha', 0.2), attribute.float(match.node('sigmoid'), 'beta', 0.5)];
    return Math.abs(alpha - 1 / 6) < 1e-6 && beta === 0.5 ? undefined : `HardSigmoid has alpha ${alpha} and beta ${beta}, not 1/6 and 1/2`;
  },
  replace: (match, make) => make.op('HardSwish', [match.value('x')]),
};
