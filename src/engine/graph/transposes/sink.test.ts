import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runOnnx } from '../../../../test/support/ort.js';
import { fromNumbers, Random, sizeOf, type Tensor, toNumbers } from '../../../core/index.js';
import { attributes } from '../attributes.js';
import { GraphBuilder, type Value } from '../builder.js';
import type { Graph, Model, Node } from '../model.js';
import { MODERN_OPSET } from '../upgrade/index.js';
import { sinkTransposes } from './sink.js';

/** Sums in another order are as close as this, relative to their size. */
const ROUNDING = 1e-5;
const MOST_ELEMENTS = 600;

/** A graph under construction: any number picks one of the choices. */
class Sketch {
  readonly b = new GraphBuilder(MODERN_OPSET);
  readonly pool: Value[] = [];
  readonly #picks: readonly number[];
  #at = 0;

  constructor(picks: readonly number[]) {
    this.#picks = picks;
  }

  below(count: number): number {
    return (this.#picks[this.#at++ % this.#picks.length] ?? 0) % count;
  }

  one<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }

  floats(dims: readonly number[], name = 'constant'): Value {
    const random = new Random(7, `${name} ${dims}`);
    const values = Array.from({ length: sizeOf(dims) }, () => random.uniform(-1, 1));
    return this.b.initializer(this.b.fresh(name), fromNumbers('float32', dims, values));
  }

  axis(x: Value): number {
    const axis = this.below(x.dims.length);
    return this.below(2) === 0 ? axis : axis - x.dims.length;
  }
}

type Step = (s: Sketch, x: Value) => readonly Value[];

function shuffled(s: Sketch, rank: number): number[] {
  const left = Array.from({ length: rank }, (_, i) => i);
  return Array.from({ length: rank }, () => left.splice(s.below(left.length), 1)[0] as number);
}

/** Something that broadcasts against `x`: a scalar, a vector, one with axes of 1, a parameter, or a value of the same shape. */
function beside(s: Sketch, x: Value): Value {
  const narrow = x.dims.map((size) => (s.below(2) === 0 ? 1 : size));
  const same = s.pool.filter(({ dims, type }) => `${dims}` === `${x.dims}` && type === x.type);
  const choices = [[], x.dims.slice(-1), narrow, narrow.slice(1)].map((dims) => () => s.floats(dims, s.one(['constant', 'parameter'])));
  return s.one([...choices, () => s.one(same), () => s.one(same)])();
}

const binary =
  (op: 'Add' | 'Mul' | 'Sub' | 'Max' | 'PRelu'): Step =>
  (s, x) => {
    const other = beside(s, x);
    return [s.b.op(op, op !== 'PRelu' && s.below(2) === 0 ? [other, x] : [x, other])];
  };

const reduce =
  (op: 'ReduceMean' | 'ReduceMax' | 'ReduceSum' | 'ReduceL2'): Step =>
  (s, x) => {
    const axes = [...new Set([s.axis(x), s.axis(x)].map((axis) => (axis < 0 ? axis + x.dims.length : axis)))];
    return [s.b.op(op, [x, s.b.ints(axes)], { keepdims: s.below(2) })];
  };

const STEPS: Readonly<Record<string, Step>> = {
  Transpose: (s, x) => [s.b.op('Transpose', [x], { perm: shuffled(s, x.dims.length) })],
  Relu: (s, x) => [s.b.op('Relu', [x])],
  Clip: (s, x) => [s.b.op('Clip', [x, s.floats([]), undefined])],
  Add: binary('Add'),
  Sub: binary('Sub'),
  Mul: binary('Mul'),
  Max: binary('Max'),
  PRelu: binary('PRelu'),
  Where: (s, x) => [s.b.op('Where', [s.b.op('Greater', [x, s.floats([])]), x, beside(s, x)])],
  Concat: (s, x) => [s.b.op('Concat', [x, s.one(s.pool.filter(({ dims }) => `${dims}` === `${x.dims}`)), x], { axis: s.axis(x) })],
  Split: (s, x) => {
    const axis = s.axis(x);
    const size = x.dims.at(axis) ?? 1;
    return size < 2 ? [] : s.b.outputs('Split', [x, s.b.ints([1, size - 1])], { axis }, 2);
  },
  Pad: (s, x) => [s.b.op('Pad', [x, s.b.ints([...x.dims, ...x.dims].map(() => s.below(2)))], { mode: 'constant' })],
  Slice: (s, x) => {
    const axis = s.axis(x);
    return [s.b.op('Slice', [x, s.b.ints([s.below(x.dims.at(axis) ?? 1)]), s.b.ints([99]), s.b.ints([axis])])];
  },
  SliceAll: (s, x) => [s.b.op('Slice', [x, s.b.ints(x.dims.map((size) => s.below(size))), s.b.ints(x.dims)])],
  Tile: (s, x) => [s.b.op('Tile', [x, s.b.ints(x.dims.map(() => 1 + s.below(2)))])],
  ReduceMean: reduce('ReduceMean'),
  ReduceMax: reduce('ReduceMax'),
  ReduceSum: reduce('ReduceSum'),
  ReduceL2: reduce('ReduceL2'),
  ArgMax: (s, x) => [s.b.op('Cast', [s.b.op('ArgMax', [x], { axis: s.axis(x), keepdims: s.below(2) })], { to: 1 })],
  Softmax: (s, x) => [s.b.op('Softmax', [x], { axis: s.axis(x) })],
  LogSoftmax: (s, x) => [s.b.op('LogSoftmax', [x])],
  Squeeze: (s, x) => {
    const ones = x.dims.flatMap((size, axis) => (size === 1 ? [axis] : []));
    return ones.length === 0 || x.dims.length < 2 ? [] : [s.b.op('Squeeze', [x, s.b.ints([s.one(ones)])])];
  },
  Unsqueeze: (s, x) => {
    const first = s.below(x.dims.length + 1);
    return x.dims.length > 4 ? [] : [s.b.op('Unsqueeze', [x, s.b.ints(s.below(2) === 0 ? [first] : [x.dims.length + 1, first])])];
  },
  Shape: (s, x) => [s.b.op('Cast', [s.b.op('Shape', [x])], { to: 1 })],
};

/** A random graph over the input `x`, some of whose values are outputs, and one of which an If captures. */
function sketched(
  names: readonly string[],
  picks: readonly number[],
): { readonly model: Model; readonly rankOf: (name: string) => number | undefined } {
  const s = new Sketch(picks);
  s.pool.push(
    s.b.input(
      'x',
      'float32',
      s.one([
        [2, 3, 4],
        [1, 3, 2, 4],
        [3, 1, 2, 2],
      ]),
    ),
  );
  for (const name of names) {
    // The newest ones are picked most.
    const x = s.one([...s.pool.slice(-2), ...s.pool.slice(-2), ...s.pool]);
    if (x.dims.length === 0) continue;
    const made = STEPS[name]?.(s, x) ?? [];
    s.pool.push(...made.filter(({ dims }) => sizeOf(dims) <= MOST_ELEMENTS && !dims.includes(0)));
  }
  const captured = s.one(s.pool);
  const condition = s.b.op('Greater', [s.b.op('ReduceMean', [s.one(s.pool)], { keepdims: 0 }), s.floats([])]);
  const outputs = [...new Set([s.pool.at(-1) as Value, s.one(s.pool), s.one(s.pool), condition])].filter(({ name }) => name !== 'x');
  const model = withIf(withConstantNodes(s.b.model([...outputs, captured])), outputs.length, captured, condition);
  return { model, rankOf: (name) => (s.b.has(name) ? s.b.value(name).dims.length : undefined) };
}

/** Constants as nodes, as converted models have them; parameters stay. */
function withConstantNodes(model: Model): Model {
  const all = [...model.graph.initializers];
  const kept = new Map(all.filter(([name]) => name.startsWith('parameter')));
  const nodes = all.flatMap(([name, value]): Node[] =>
    kept.has(name) ? [] : [{ name, op: 'Constant', domain: '', inputs: [], outputs: [name], attributes: attributes({ value: value as Tensor }) }],
  );
  return { ...model, graph: { ...model.graph, initializers: kept, nodes: [...nodes, ...model.graph.nodes] } };
}

/** @param count outputs that stay beside that of the If */
function withIf(model: Model, count: number, captured: Value, condition: Value): Model {
  const info = (name: string): Graph['outputs'][number] => ({ name, type: { kind: 'tensor', type: 'float32', dims: undefined } });
  const body = (op: string): Graph => ({
    name: op,
    nodes: [{ name: `inner${op}`, op, domain: '', inputs: [captured.name], outputs: [`inner${op}`], attributes: {} }],
    inputs: [],
    outputs: [info(`inner${op}`)],
    initializers: new Map(),
    valueInfo: new Map(),
  });
  const values = attributes({ then_branch: body('Neg'), else_branch: body('Relu') });
  const node: Node = { name: 'chosen', op: 'If', domain: '', inputs: [condition.name], outputs: ['chosen'], attributes: values };
  const { graph } = model;
  return { ...model, graph: { ...graph, nodes: [...graph.nodes, node], outputs: [...graph.outputs.slice(0, count), info('chosen')] } };
}

function transposes({ nodes }: Graph): number {
  return nodes.filter(({ op }) => op === 'Transpose').length;
}

function inputOf({ graph }: Model): Record<string, Tensor> {
  const [x] = graph.inputs;
  const dims = x?.type.kind === 'tensor' ? (x.type.dims as readonly number[]) : [];
  const random = new Random(3, 'x');
  const values = Array.from({ length: sizeOf(dims) }, () => random.uniform(-1, 1));
  return { x: fromNumbers('float32', dims, values) };
}

async function expectSame(model: Model, graph: Graph): Promise<void> {
  const [before, after] = [await runOnnx(model, inputOf(model)), await runOnnx({ ...model, graph }, inputOf(model))];
  expect(Object.keys(after).sort()).toEqual(Object.keys(before).sort());
  for (const [name, value] of Object.entries(before)) {
    expect(after[name]?.dims).toEqual(value.dims);
    const numbers = toNumbers(after[name] as Tensor);
    for (const [i, number] of toNumbers(value).entries())
      expect(Math.abs((numbers[i] as number) - number)).toBeLessThan(ROUNDING * (1 + Math.abs(number)));
  }
}

describe('sinkTransposes', () => {
  it('computes the same with no more Transposes', async () => {
    const names = fc.array(fc.oneof(fc.constant('Transpose'), fc.constantFrom(...Object.keys(STEPS))), { minLength: 2, maxLength: 12 });
    const picks = fc.array(fc.nat(997), { minLength: 20, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(names, picks, async (steps, numbers) => {
        const { model, rankOf } = sketched(steps, numbers);
        const graph = sinkTransposes(model.graph, rankOf);
        expect(transposes(graph)).toBeLessThanOrEqual(transposes(model.graph));
        await expectSame(model, graph);
      }),
      { numRuns: 300, seed: 11 },
    );
  });

  it('leaves one Transpose, at the input, of convolutions channels last', async () => {
    const s = new Sketch([0]);
    const { b } = s;
    const first = (x: Value): Value => b.op('Transpose', [x], { perm: [0, 3, 1, 2] });
    const last = (x: Value): Value => b.op('Transpose', [x], { perm: [0, 2, 3, 1] });
    const conv = (x: Value, channels: number): Value =>
      last(b.op('Conv', [first(x), s.floats([4, channels, 3, 3], 'parameter')], { kernel_shape: [3, 3], pads: [1, 1, 1, 1] }));
    const x = b.input('x', 'float32', [2, 6, 5, 3]);
    const stem = b.op('Relu', [b.op('Add', [conv(x, 3), s.floats([4], 'parameter')])]);
    const residual = b.op('Add', [stem, b.op('Mul', [conv(stem, 4), s.floats([4])])]);
    const pooled = last(b.op('MaxPool', [first(b.op('Concat', [residual, stem], { axis: 3 }))], { kernel_shape: [2, 2] }));
    const features = b.op('ReduceMean', [b.op('Pad', [pooled, b.ints([0, 1, 0, 0, 0, 0, 1, 0])]), b.ints([1, 2])], { keepdims: 0 });
    const model = withConstantNodes(b.model([features]));
    const graph = sinkTransposes(model.graph, (name) => (b.has(name) ? b.value(name).dims.length : undefined));
    expect(graph.nodes.filter(({ op }) => op === 'Transpose').map(({ inputs }) => inputs)).toEqual([['x']]);
    await expectSame(model, graph);
  });
});
