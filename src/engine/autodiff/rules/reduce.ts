import { type GraphBuilder, reducedAxes, type Value } from '../../graph/index.js';
import type { GradientRule, RuleContext, Rules } from '../rule.js';

/** A reduction as its gradient sees it: everything with the reduced axes kept as 1. */
interface Reduction {
  readonly b: GraphBuilder;
  readonly x: Value;
  readonly y: Value;
  readonly dy: Value;
  readonly axes: readonly number[];
  /** Elements that go into one. */
  readonly count: number;
}

/** A rule from the gradient with reduced axes kept; what is smaller than x is repeated. */
function reduction(rule: (r: Reduction) => Value): GradientRule {
  return (c: RuleContext) => {
    const x = c.x(0);
    const axes = reducedAxes(c.shape);
    const kept = x.dims.map((dim, axis) => (axes.includes(axis) ? 1 : dim));
    const count = axes.reduce((product, axis) => product * (x.dims[axis] as number), 1);
    const dx = rule({ b: c.b, x, y: c.b.reshape(c.y(0), kept), dy: c.b.reshape(c.dy(0), kept), axes, count });
    return [c.b.expand(dx, x.dims)];
  };
}

/** The gradient goes to the elements that equal the result, in equal shares, as torch.amax. */
const extremum = reduction(({ b, x, y, dy, axes }) => {
  const winners = b.cast(b.equal(x, y), x.type);
  return b.mul(winners, b.div(dy, b.reduceSum(winners, axes)));
});

/** The product of the other elements: that of all that are not 0, divided by x; 0 where another one is 0. */
const product = reduction(({ b, x, dy, axes }) => {
  const zero = b.cast(b.equal(x, 0), x.type);
  const nonZero = b.add(x, zero);
  const otherZeros = b.sub(b.reduceSum(zero, axes), zero);
  const others = b.div(b.op('ReduceProd', [nonZero, b.ints(axes)], { noop_with_empty_axes: 1 }), nonZero);
  return b.mul(b.mul(dy, others), b.cast(b.equal(otherZeros, 0), x.type));
});

export const reduceRules = {
  ReduceL1: reduction(({ b, x, dy }) => b.mul(dy, b.op('Sign', [x]))),
  // x/‖x‖, and 0 at 0, as torch.norm.
  ReduceL2: reduction(({ b, x, y, dy }) => b.mul(b.where(b.equal(y, 0), 0, b.div(dy, y)), x)),
  ReduceLogSum: reduction(({ b, y, dy }) => b.div(dy, b.exp(y))),
  ReduceLogSumExp: reduction(({ b, x, y, dy }) => b.mul(dy, b.exp(b.sub(x, y)))),
  ReduceMax: extremum,
  ReduceMean: reduction(({ b, dy, count }) => b.mul(dy, 1 / count)),
  ReduceMin: extremum,
  ReduceProd: product,
  ReduceSum: reduction(({ dy }) => dy),
  ReduceSumSquare: reduction(({ b, x, dy }) => b.mul(b.mul(dy, 2), x)),
} satisfies Rules;
