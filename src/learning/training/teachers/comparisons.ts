import type { GraphBuilder, Value } from '../../../engine/graph/index.js';

/** How far the trained model is from what a teacher says. One row of the table adds one. */
export type ComparisonSpec =
  /** Mean squared difference of the values. */
  | { readonly name: 'features' }
  /**
   * T² · KL(softmax(t / T) ‖ softmax(s / T)) of logits `[N, C]`: T² keeps the size of the gradient where the temperature T changes.
   * Source: Hinton et al., arXiv 1503.02531.
   */
  | { readonly name: 'answers'; readonly temperature: number };

/** The distance of each sample, `[N]`. */
type Comparison = (b: GraphBuilder, student: Value, teacher: Value) => Value;

const comparisons: { readonly [Name in ComparisonSpec['name']]: (spec: Extract<ComparisonSpec, { name: Name }>) => Comparison } = {
  features: () => (b, student, teacher) => {
    const difference = b.sub(student, teacher);
    return meanOfRows(b, b.mul(difference, difference));
  },
  answers:
    ({ temperature }) =>
    (b, student, teacher) => {
      const [mine, wanted] = [student, teacher].map((logits) => b.op('LogSoftmax', [b.mul(logits, 1 / temperature)], { axis: -1 })) as [Value, Value];
      const divergence = b.mul(b.op('Exp', [wanted]), b.sub(wanted, mine));
      return b.mul(b.reduceSum(divergence, [1], false), temperature ** 2);
    },
};

export function compareWith(spec: ComparisonSpec): Comparison {
  const create: (spec: never) => Comparison = comparisons[spec.name];
  return create(spec as never);
}

/** `[N, …]` → `[N]` */
function meanOfRows(b: GraphBuilder, x: Value): Value {
  const axes = x.dims.slice(1).map((_, axis) => axis + 1);
  const count = x.dims.slice(1).reduce((product, dim) => product * dim, 1);
  return b.mul(b.reduceSum(x, axes, false), 1 / count);
}
