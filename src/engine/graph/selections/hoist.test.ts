import { describe, expect, it } from 'vitest';
import { runOnnx } from '../../../../test/support/ort.js';
import { fromNumbers, Random, sizeOf, type Tensor, toNumbers } from '../../../core/index.js';
import { GraphBuilder, type Value } from '../builder.js';
import { inferTypes } from '../static/index.js';
import { MODERN_OPSET } from '../upgrade/index.js';
import { hoistSelections } from './hoist.js';

/** Sums of a part may be added in another order: some units in the last place of values around 1. */
const ROUNDING = 1e-6;

const floats = (dims: readonly number[], stream = 'x'): Tensor => {
  const random = new Random(3, stream);
  return fromNumbers(
    'float32',
    dims,
    Array.from({ length: sizeOf(dims) }, () => random.uniform(-1, 1)),
  );
};

/** A graph over x [2, 4, 6], before and after, with the dimensions of each node's result after. */
async function hoisted(build: (b: GraphBuilder, x: Value, weight: (...dims: number[]) => Value) => Value): Promise<Map<string, string>> {
  const b = new GraphBuilder(MODERN_OPSET);
  const x = b.input('x', 'float32', [2, 4, 6]);
  const weight = (...dims: number[]): Value => b.initializer(b.fresh('weight'), floats(dims, String(dims)));
  const model = b.model([build(b, x, weight)]);
  const { graph, types } = hoistSelections(model.graph, inferTypes(model.graph, MODERN_OPSET).types);
  const feeds = { x: floats([2, 4, 6]) };
  const [[before], [after]] = [Object.values(await runOnnx(model, feeds)), Object.values(await runOnnx({ ...model, graph }, feeds))];
  expect(after?.dims).toEqual(before?.dims);
  const found = toNumbers(after as Tensor);
  for (const [i, value] of toNumbers(before as Tensor).entries()) expect(Math.abs((found[i] as number) - value)).toBeLessThan(ROUNDING);
  const inferred = inferTypes(graph, MODERN_OPSET).types;
  for (const node of graph.nodes) expect(types.get(node.outputs[0] ?? '')).toEqual(inferred.get(node.outputs[0] ?? ''));
  return new Map(graph.nodes.map(({ outputs: [name = ''] }) => [name, String(types.get(name)?.dims)]));
}

const first = (b: GraphBuilder, x: Value, axis = 1, index = 0): Value => b.op('Gather', [x, b.constant(fromNumbers('int64', [], [index]))], { axis });

/** Self-attention of two heads, then a layer for each position. */
function block(b: GraphBuilder, x: Value, weight: (...dims: number[]) => Value): Value {
  const heads = (y: Value): Value => b.transpose(b.reshape(y, [2, 4, 2, 3]), [0, 2, 1, 3]);
  const [query, key, value] = [weight(6, 6), weight(6, 6), weight(6, 6)].map((w) => heads(b.matMul(x, w))) as [Value, Value, Value];
  const scores = b.op('Softmax', [b.matMul(query, b.transpose(key, [0, 1, 3, 2]))], { axis: -1 });
  const joined = b.reshape(b.transpose(b.matMul(scores, value), [0, 2, 1, 3]), [2, 4, 6]);
  const mixed = b.op('LayerNormalization', [b.add(x, joined), weight(6)], { axis: -1 });
  return b.add(mixed, b.op('Gelu', [b.add(b.matMul(mixed, weight(6, 6)), weight(6))]));
}

describe('selections are made before the computation that they select from', () => {
  it('through a block of an encoder', async () => {
    const dims = await hoisted((b, x, weight) => first(b, block(b, x, weight)));
    // The scores of one query, and the layer for its position.
    expect(dims.get('Softmax_0')).toBe('2,2,1,4');
    expect(dims.get('Gelu_0')).toBe('2,1,6');
    // Keys and values of all.
    expect([dims.get('MatMul_0'), dims.get('MatMul_1'), dims.get('MatMul_2')]).toEqual(['2,1,6', '2,4,6', '2,4,6']);
  });

  it.each([
    ['the last position', 1, -1],
    ['a sample', 0, 1],
  ])('of %s', async (_, axis, index) => {
    const dims = await hoisted((b, x) => first(b, b.exp(x), axis, index));
    expect(dims.get('Exp_0')).toBe(axis === 0 ? '1,4,6' : '2,1,6');
  });

  it('of neighbours, whose Slice is gone', async () => {
    const dims = await hoisted((b, x) => b.neg(b.slice(b.exp(x), [1], [-1], [1])));
    expect(dims.get('Exp_0')).toBe('2,2,6');
    expect(dims.get('Slice_0')).toBe('2,2,6');
  });

  it('through broadcasting, Gemm, Concat and batched products', async () => {
    const narrow = await hoisted((b, x, weight) => first(b, b.mul(b.add(x, weight(4, 1)), weight(6))));
    expect(narrow.get('Mul_0')).toBe('2,1,6');
    const gemm = await hoisted((b, x, weight) =>
      first(b, b.op('Gemm', [weight(6, 8), b.reshape(x, [8, 6]), weight(8, 1)], { transA: 1, transB: 1 }), 0, 3),
    );
    expect(gemm.get('Gemm_0')).toBe('1,8');
    const concat = await hoisted((b, x) => first(b, b.concat([x, b.exp(x)], 2)));
    expect(concat.get('Concat_0')).toBe('2,1,12');
    const batch = await hoisted((b, x, weight) => first(b, b.matMul(x, weight(2, 6, 5)), 0, 1));
    expect(batch.get('MatMul_0')).toBe('1,4,5');
  });
});

describe('selections stay where', () => {
  it.each<[string, (b: GraphBuilder, x: Value, weight: (...dims: number[]) => Value) => Value]>([
    ['positions are normalised together', (b, x) => first(b, b.op('Softmax', [x], { axis: 1 }))],
    [
      'positions are normalised together by LayerNormalization',
      (b, x, weight) => first(b, b.op('LayerNormalization', [x, weight(4, 6)], { axis: 1 })),
    ],
    ['another part is read elsewhere', (b, x) => ((e) => b.add(first(b, e, 1, 0), first(b, e, 1, 1)))(b.exp(x))],
    ['all is read elsewhere', (b, x) => ((e) => b.add(first(b, e), b.reduceSum(e, [1], false)))(b.exp(x))],
    ['axes are merged', (b, x) => first(b, b.reshape(b.exp(x), [8, 6]), 0)],
    ['they are joined', (b, x) => first(b, b.concat([x, x], 1))],
    ['they step', (b, x) => b.slice(b.op('Softmax', [x], { axis: 2 }), [0], [4], [1], [2])],
  ])('%s', async (_, build) => {
    const dims = await hoisted(build);
    expect([...dims.keys()].filter((name) => name.endsWith('/selected'))).toEqual([]);
  });
});
