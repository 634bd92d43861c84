import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromNumbers, Random, RegraftError, sizeOf, type Tensor, toNumbers } from '../../src/core/index.js';
import { differentiate, rules } from '../../src/engine/autodiff/index.js';
import { GraphBuilder, STANDARD_OPS, type Value } from '../../src/engine/graph/index.js';
import { compile, run } from './run.js';

const row = (...values: number[]): Tensor => fromNumbers('float64', [values.length], values);
const total = (b: GraphBuilder, x: Value): Value => b.reduceSum(x, [...x.dims.keys()], false);

/** Values of the gradients of a scalar by the inputs of a graph. */
async function gradients(
  feeds: Readonly<Record<string, Tensor>>,
  build: (b: GraphBuilder, inputs: Readonly<Record<string, Value>>) => { loss: Value; wanted: readonly string[] },
): Promise<Record<string, number[]>> {
  const b = new GraphBuilder(21);
  const inputs = Object.fromEntries(Object.entries(feeds).map(([name, { type, dims }]) => [name, b.input(name, type, dims)]));
  const { loss, wanted } = build(b, inputs);
  const found = [...differentiate(b, loss, wanted)].map(([name, value]) => [name, b.op('Identity', [value])] as const);
  const model = b.model(found.map(([, value]) => value));
  const used = new Set(model.graph.inputs.map((input) => input.name));
  const results = await run(model, Object.fromEntries(Object.entries(feeds).filter(([name]) => used.has(name))));
  return Object.fromEntries(found.map(([name, value]) => [name, toNumbers(results.get(value.name) as Tensor)]));
}

describe('the driver', () => {
  it('adds up the gradients of all uses, also by one node', async () => {
    const found = await gradients({ x: row(2, 3) }, (b, { x }) => ({
      loss: total(b, b.add(b.mul(x as Value, x as Value), b.exp(x as Value))),
      wanted: ['x'],
    }));
    expect(found.x?.map((value) => value.toFixed(9))).toEqual([4 + Math.exp(2), 6 + Math.exp(3)].map((value) => value.toFixed(9)));
  });

  it('differentiates by values between the inputs and the loss, and by the loss', async () => {
    const found = await gradients({ x: row(2, 3) }, (b, { x }) => {
      const middle = b.mul(x as Value, 2);
      const loss = total(b, b.mul(middle, middle));
      return { loss, wanted: ['x', middle.name, loss.name] };
    });
    expect(Object.values(found)).toEqual([[16, 24], [8, 12], [1]]);
  });

  it('gives zeros where the loss does not depend on a value', async () => {
    const found = await gradients({ x: row(1, 2), z: fromNumbers('float32', [2, 2], [1, 2, 3, 4]) }, (b, { x }) => ({
      loss: total(b, x as Value),
      wanted: ['x', 'z'],
    }));
    expect(found).toEqual({ x: [1, 1], z: [0, 0, 0, 0] });
  });

  it('lets none through integers, shapes, comparisons and rounding', async () => {
    const found = await gradients({ x: row(1.25, 2.5) }, (b, { x }) => {
      const value = x as Value;
      const integers = b.cast(b.cast(value, 'int64'), 'float64');
      const rounded = b.op('Round', [value]);
      const length = b.cast(b.op('Shape', [value]), 'float64');
      return { loss: total(b, b.add(b.mul(integers, value), b.add(b.mul(rounded, 3), b.where(b.greater(value, 2), length, 0)))), wanted: ['x'] };
    });
    expect(found.x).toEqual([1, 2]);
  });

  it('lets one through quantised values', async () => {
    const found = await gradients({ x: row(-100, 0.25, 2.5, 100) }, (b, { x }) => {
      const [scale, zero] = [b.scalar('float32', 0.5), b.scalar('uint8', 3)];
      const quantised = b.op('QuantizeLinear', [b.cast(x as Value, 'float32'), scale, zero]);
      return { loss: total(b, b.op('DequantizeLinear', [quantised, scale, zero])), wanted: ['x'] };
    });
    expect(found.x).toEqual([0, 1, 1, 1]);
  });

  it('visits nodes without rule only where the gradient needs them', async () => {
    const found = await gradients({ x: fromNumbers('float32', [2], [1, 2]), m: fromNumbers('float32', [2, 2], [1, 2, 3, 5]) }, (b, { x, m }) => ({
      loss: total(b, b.mul(x as Value, b.op('Det', [m as Value]))),
      wanted: ['x'],
    }));
    expect(found.x?.map((value) => value.toFixed(5))).toEqual(['-1.00000', '-1.00000']);
  });

  it('names the op, the node and the parameters that a missing rule cuts off', () => {
    const b = new GraphBuilder(21);
    const m = b.input('weight', 'float32', [2, 2]);
    const other = b.input('other', 'float32', []);
    const loss = b.mul(b.op('Det', [b.mul(m, 2)]), other);
    expect(() => differentiate(b, loss, ['weight', 'other'])).toThrow(/no gradient rule for Det \(node "Det_0"\).* weight\./);
  });

  it('notices a missing rule behind integers too', () => {
    const b = new GraphBuilder(21);
    const x = b.input('x', 'float32', [2, 2]);
    const [scale, zero] = [b.scalar('float32', 0.5), b.scalar('uint8', 3)];
    const quantised = b.op('QuantizeLinear', [x, scale, zero]);
    const product = b.op('QLinearMatMul', [quantised, scale, zero, quantised, scale, zero, scale, zero]);
    expect(() => differentiate(b, total(b, b.op('DequantizeLinear', [product, scale, zero])), ['x'])).toThrow(/no gradient rule for QLinearMatMul/);
  });

  it('refuses a loss that is no scalar, and integers', () => {
    const b = new GraphBuilder(21);
    const x = b.input('x', 'float32', [2]);
    const n = b.input('n', 'int64', [2]);
    expect(() => differentiate(b, x, ['x'])).toThrow(RegraftError);
    expect(() => differentiate(b, total(b, x), [n.name])).toThrow(/by "n": its type is int64/);
  });

  it('uses an output that is left out of the loss as zeros', async () => {
    const found = await gradients({ x: row(1, 2, 3) }, (b, { x }) => {
      const [, second] = b.outputs('Split', [x as Value, b.ints([1, 2])], { axis: 0 }, 2) as [Value, Value];
      return { loss: total(b, second), wanted: ['x'] };
    });
    expect(found.x).toEqual([0, 1, 1]);
  });

  it('has a row for every operator', () => {
    expect(Object.keys(rules).sort()).toEqual([...STANDARD_OPS].sort());
  });
});

/** Steps of a random graph: each takes values made before and adds one; all shapes broadcast with [2, 3]. */
const STEPS: readonly ((b: GraphBuilder, a: Value, c: Value) => Value)[] = [
  (b, a, c) => b.add(a, c),
  (b, a, c) => b.mul(a, c),
  (b, a, c) => b.sub(a, c),
  (b, a, c) => b.div(a, b.add(b.mul(c, c), 1)),
  (b, a) => b.op('Tanh', [a]),
  (b, a) => b.op('Sigmoid', [a]),
  (b, a) => (a.dims.length < 2 ? a : b.reduceMean(a, [0])),
  (b, a) => (a.dims.length < 2 ? a : b.reduceSum(a, [1])),
  (b, a) => b.expand(a, [2, 3]),
  (b, a) => b.op('Softmax', [b.expand(a, [2, 3])], { axis: 1 }),
  (b, a) => b.reduceSum(b.op('Concat', [b.expand(a, [2, 3]), b.expand(a, [2, 3])], { axis: 0 }), [0]),
  (b, a, c) => b.matMul(b.matMul(b.expand(a, [2, 3]), b.transpose(b.expand(c, [2, 3]), [1, 0])), b.expand(a, [2, 3])),
  (b, a) => b.reshape(b.outputs('Split', [b.expand(a, [2, 3])], { axis: 0, num_outputs: 2 }, 2)[1] as Value, [3]),
];

const INPUTS = [[2, 3], [3], [2, 1], []] as const;
const step = fc.record({ kind: fc.nat(STEPS.length - 1), left: fc.nat(), right: fc.nat() });

describe('random graphs', () => {
  it('agree with central differences', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), fc.nat(), async (steps, seed) => {
        const b = new GraphBuilder(21);
        const values = INPUTS.map((dims, i) => b.input(`x${i}`, 'float64', dims));
        const wanted = values.map((value) => value.name);
        for (const { kind, left, right } of steps) {
          const pick = (n: number): Value => values[n % values.length] as Value;
          values.push((STEPS[kind] as (typeof STEPS)[number])(b, pick(left), pick(right)));
        }
        // A mean keeps values that grow from step to step within reach of the differences.
        const last = values.at(-1) as Value;
        const loss = b.op('Tanh', [b.reduceMean(last, [...last.dims.keys()], false)]);
        const found = [...differentiate(b, loss, wanted).values()].map((value) => b.op('Identity', [value]));
        const compiled = await compile(b.model([loss, ...found]));
        const random = new Random(seed);
        const numbers = INPUTS.map((dims) => Array.from({ length: sizeOf(dims) }, () => random.uniform(-1, 1)));
        const direction = INPUTS.map((dims) => Array.from({ length: sizeOf(dims) }, () => random.uniform(-1, 1)));
        const used = new Set(b.model([loss, ...found]).graph.inputs.map((input) => input.name));
        const at = async (h: number): Promise<Map<string, Tensor>> => {
          const feeds = INPUTS.map(
            (dims, i) =>
              [
                `x${i}`,
                fromNumbers(
                  'float64',
                  dims,
                  (numbers[i] ?? []).map((x, k) => x + h * (direction[i]?.[k] ?? 0)),
                ),
              ] as const,
          );
          return compiled.run(Object.fromEntries(feeds.filter(([name]) => used.has(name))));
        };
        const value = async (h: number): Promise<number> => toNumbers((await at(h)).get(loss.name) as Tensor)[0] as number;
        const here = await at(0);
        const products = found.flatMap((gradient, i) => toNumbers(here.get(gradient.name) as Tensor).map((g, k) => g * (direction[i]?.[k] ?? 0)));
        const h = 1e-4;
        const numeric = (8 * ((await value(h)) - (await value(-h))) - ((await value(2 * h)) - (await value(-2 * h)))) / (12 * h);
        await compiled.release();
        expect(Math.abs(products.reduce((a, p) => a + p, 0) - numeric)).toBeLessThan(1e-8 * (1 + Math.hypot(...products)));
      }),
      { numRuns: 60, seed: 1 },
    );
  });
});
