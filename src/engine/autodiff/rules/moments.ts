import { attribute, axisOf } from '../../graph/index.js';
import type { GradientRule, Rules } from '../rule.js';

/** y = x/‖x‖ₚ along an axis, p 1 or 2: dx = (dy − s Σ y dy)/‖x‖ with s = sign(x) or y; 0 where x is 0. */
const lpNormalization: GradientRule = ({ b, node, x, y, dy }) => {
  const p = attribute.int(node, 'p', 2);
  const axis = axisOf(node, attribute.int(node, 'axis', -1), x(0).dims.length);
  const norm = b.op(p === 1 ? 'ReduceL1' : 'ReduceL2', [x(0), b.ints([axis])]);
  const slope = p === 1 ? b.op('Sign', [x(0)]) : y(0);
  const tangent = b.sub(dy(0), b.mul(slope, b.reduceSum(b.mul(y(0), dy(0)), [axis])));
  return [b.where(b.equal(norm, 0), 0, b.div(tangent, norm))];
};

/** Added to the standard deviation by the specification. */
const EPSILON = 1e-9;

/** y = (x − μ)/(σ + ε): dx = (dy − mean dy)/(σ + ε) − y · mean(y dy)/σ. */
const meanVarianceNormalization: GradientRule = ({ b, node, x, y, dy }) => {
  const { dims } = x(0);
  const axes = (attribute.ints(node, 'axes') ?? [0, 2, 3]).map((axis) => axisOf(node, axis, dims.length));
  const centred = b.sub(x(0), b.reduceMean(x(0), axes));
  const deviation = b.sqrt(b.reduceMean(b.mul(centred, centred), axes));
  const first = b.div(b.sub(dy(0), b.reduceMean(dy(0), axes)), b.add(deviation, EPSILON));
  return [b.sub(first, b.mul(y(0), b.div(b.reduceMean(b.mul(y(0), dy(0)), axes), deviation)))];
};

export const momentRules = { LpNormalization: lpNormalization, MeanVarianceNormalization: meanVarianceNormalization } satisfies Rules;
