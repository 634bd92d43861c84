import type { GraphBuilder, Value } from '../../engine/graph/index.js';

/** Limits on gradients before the update. */
export interface Clip {
  /** Largest L2 norm of all gradients together. */
  readonly norm?: number;
  /** Largest absolute value of an element. */
  readonly value?: number;
}

/** Clips by value, then by global norm, as PyTorch's `clip_grad_value_` and `clip_grad_norm_` do. */
export function clipGradients(b: GraphBuilder, gradients: ReadonlyMap<string, Value>, clip: Clip): ReadonlyMap<string, Value> {
  let result = gradients;
  const { value, norm } = clip;
  if (value !== undefined) result = mapValues(result, (g) => b.op('Clip', [g, b.scalar(g.type, -value), b.scalar(g.type, value)]));
  if (norm !== undefined && result.size > 0) {
    const squares = [...result.values()].map((g) => b.op('ReduceSumSquare', [g], { keepdims: 0 }));
    const total = b.sqrt(squares.length === 1 ? (squares[0] as Value) : b.op('Sum', squares));
    // 1e-6 is PyTorch's guard against division by zero.
    const factor = b.op('Min', [b.div(norm, b.add(total, 1e-6)), b.scalar(total.type, 1)]);
    result = mapValues(result, (g) => b.mul(g, factor));
  }
  return result;
}

function mapValues(gradients: ReadonlyMap<string, Value>, change: (gradient: Value) => Value): Map<string, Value> {
  return new Map([...gradients].map(([name, gradient]) => [name, change(gradient)]));
}
