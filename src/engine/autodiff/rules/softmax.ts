import { attribute, axisOf } from '../../graph/index.js';
import type { GradientRule, RuleContext, Rules } from '../rule.js';

function softmaxAxis({ node, x }: RuleContext): number {
  return axisOf(node, attribute.int(node, 'axis', -1), x(0).dims.length);
}

/** dx = s dy − s Σ s dy. */
const softmax: GradientRule = (c) => {
  const { b, y, dy } = c;
  const product = b.mul(y(0), dy(0));
  return [b.sub(product, b.mul(y(0), b.reduceSum(product, [softmaxAxis(c)])))];
};

/** dx = dy − exp(y) Σ dy. */
const logSoftmax: GradientRule = (c) => {
  const { b, y, dy } = c;
  return [b.sub(dy(0), b.mul(b.exp(y(0)), b.reduceSum(dy(0), [softmaxAxis(c)])))];
};

export const softmaxRules = { LogSoftmax: logSoftmax, Softmax: softmax } satisfies Rules;
