import type { GradientRule } from '../rule.js';

const add: GradientRule = ({ dy }) => [dy(0), dy(0)];
const sub: GradientRule = ({ b, dy }) => [dy(0), b.neg(dy(0))];
const mul: GradientRule = ({ b, x, dy }) => [b.mul(dy(0), x(1)), b.mul(dy(0), x(0))];
const div: GradientRule = ({ b, x, y, dy }) => {
  const da = b.div(dy(0), x(1));
  return [da, b.neg(b.mul(da, y(0)))];
};
const relu: GradientRule = ({ b, y, dy }) => [b.mul(dy(0), b.cast(b.greater(y(0), 0), y(0).type))];
const sigmoid: GradientRule = ({ b, y, dy }) => [b.mul(dy(0), b.mul(y(0), b.sub(1, y(0))))];

export const elementwiseRules = { Add: add, Sub: sub, Mul: mul, Div: div, Relu: relu, Sigmoid: sigmoid };
