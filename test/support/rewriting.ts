import { expect } from 'vitest';
import { fromNumbers, Random, sizeOf, type Tensor, toNumbers } from '../../src/core/index.js';
import { GraphBuilder, type RewriteRule, type Rewritten, rewrite, staticTypes, type Value } from '../../src/engine/graph/index.js';
import { run } from '../gradients/run.js';

const OPSET = 23;
/** A fused kernel sums in another order; a wrong formula is off by far more. */
const ROUNDING = 1e-5;

/** A parameter with values around 1. */
export function parameter(b: GraphBuilder, name: string, dims: readonly number[]): Value {
  const random = new Random(3, name);
  return b.initializer(
    name,
    fromNumbers(
      'float32',
      dims,
      Array.from({ length: sizeOf(dims) }, () => random.uniform(0.5, 1.5)),
    ),
  );
}

/** Builds a graph over the input `x` `dims`, applies one rule, and checks that the graph still computes the same. */
export async function rewriting(
  rule: RewriteRule,
  dims: readonly number[],
  build: (b: GraphBuilder, x: Value) => Value | readonly Value[],
): Promise<Rewritten & { readonly ops: readonly string[] }> {
  const b = new GraphBuilder(OPSET);
  const built = build(b, b.input('x', 'float32', dims));
  const model = b.model(Array.isArray(built) ? (built as readonly Value[]) : [built as Value]);
  const types = new Map(b.nodes.flatMap(({ outputs }) => outputs.map((name) => [name, b.value(name)] as const)));
  const result = rewrite(model.graph, new Map([...types, ...staticTypes(model.graph)]), OPSET, [rule]);
  const random = new Random(5, 'x');
  const x = fromNumbers(
    'float32',
    dims,
    Array.from({ length: sizeOf(dims) }, () => random.uniform(-3, 3)),
  );
  const [before, after] = [await run(model, { x }), await run({ ...model, graph: result.graph }, { x })];
  for (const [name, value] of before) expectClose(after.get(name), value);
  return { ...result, ops: result.graph.nodes.map((node) => node.op) };
}

function expectClose(actual: Tensor | undefined, expected: Tensor): void {
  expect(actual?.dims).toEqual(expected.dims);
  const numbers = actual ? toNumbers(actual) : [];
  for (const [i, value] of toNumbers(expected).entries())
    expect(Math.abs((numbers[i] as number) - value)).toBeLessThan(ROUNDING * (1 + Math.abs(value)));
}
