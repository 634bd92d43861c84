import { describe, expect, it } from 'vitest';
import { fromNumbers, type Tensor, toNumbers } from '../../src/core/index.js';
import { differentiate } from '../../src/engine/autodiff/index.js';
import { type AttributeValue, GraphBuilder, type StandardOp, type Value } from '../../src/engine/graph/index.js';
import { compile, run } from './run.js';

/** The gradients of Σ y by all inputs. */
async function gradients(
  op: StandardOp,
  inputs: readonly Tensor[],
  attributes: Record<string, AttributeValue> = {},
  constants: readonly Tensor[] = [],
): Promise<number[][]> {
  const b = new GraphBuilder(21);
  const values = inputs.map((input, index) => b.input(`x${index}`, input.type, input.dims));
  const y = b.op(op, [...values, ...constants.map((tensor) => b.constant(tensor))], attributes);
  const found = differentiate(
    b,
    b.reduceSum(y, [...y.dims.keys()], false),
    values.map((value) => value.name),
  );
  const results = await run(b.model([...found.values()]), Object.fromEntries(inputs.map((input, index) => [`x${index}`, input])));
  return [...found.values()].map((value) => toNumbers(results.get(value.name) as Tensor));
}

const row = (...values: number[]): Tensor => fromNumbers('float64', [values.length], values);
const number = (value: number): Tensor => fromNumbers('float64', [], [value]);

/** Where functions have a kink or a pole, PyTorch's choice is ours. */
describe('the gradient where there is none', () => {
  it('Max and Min share it among ties', async () => {
    expect(await gradients('Max', [row(1, 2, 3), row(1, 3, 2)])).toEqual([
      [0.5, 0, 1],
      [0.5, 1, 0],
    ]);
    expect(await gradients('Min', [row(1), row(1), row(1), row(2)])).toEqual([[1 / 3], [1 / 3], [1 / 3], [0]]);
  });

  it('Relu and LeakyRelu have slope 0 and α at 0', async () => {
    expect(await gradients('Relu', [row(-1, 0, 1)])).toEqual([[0, 0, 1]]);
    expect((await gradients('LeakyRelu', [row(-1, 0, 1)], { alpha: 0.25 }))[0]).toEqual([0.25, 0.25, 1]);
  });

  it('Clip passes it at its bounds', async () => {
    expect(await gradients('Clip', [row(-1, 0, 3, 6, 7), number(0), number(6)])).toEqual([[0, 1, 1, 1, 0], [1], [1]]);
  });

  it('Clip to [0, 6] is a ReLU6', async () => {
    expect(await gradients('Clip', [row(-1, 0, 3, 6, 7)], {}, [number(0), number(6)])).toEqual([[0, 0, 1, 0, 0]]);
  });

  it('Clip gives all to the upper bound where the bounds cross', async () => {
    expect(await gradients('Clip', [row(-1, 0.5, 3), number(1), number(0)])).toEqual([[0, 0, 0], [0], [3]]);
  });

  it('Pow is 0 by a base 0 with exponent 0, and by an exponent over a base 0', async () => {
    expect(await gradients('Pow', [row(0, 0, 2), row(0, 2, 0)])).toEqual([
      [0, 0, 0],
      [0, 0, Math.log(2)],
    ]);
  });

  it('Abs has slope 0 at 0', async () => {
    expect(await gradients('Abs', [row(-2, 0, 2)])).toEqual([[-1, 0, 1]]);
  });

  it('ReduceMax shares it among ties, ReduceL2 is 0 at 0', async () => {
    expect(await gradients('ReduceMax', [row(3, 1, 3)])).toEqual([[0.5, 0, 0.5]]);
    expect(await gradients('ReduceL2', [row(0, 0)])).toEqual([[0, 0]]);
  });

  it('ReduceProd with zeros', async () => {
    expect(await gradients('ReduceProd', [row(2, 0, 3)])).toEqual([[0, 6, 0]]);
    expect(await gradients('ReduceProd', [row(0, 0, 3)])).toEqual([[0, 0, 0]]);
  });

  it('LpNormalization is 0 at 0', async () => {
    expect(await gradients('LpNormalization', [row(0, 0)], { p: 2 })).toEqual([[0, 0]]);
  });

  it('Dropout in training scales by the mask it drew', async () => {
    const b = new GraphBuilder(21);
    const x = b.input('x', 'float32', [100]);
    const [y] = b.outputs('Dropout', [x, b.scalar('float32', 0.25), b.constant(fromNumbers('bool', [], [1]))], {}, 2) as [Value, Value];
    const dx = differentiate(b, b.reduceSum(y, [0], false), ['x']).get('x') as Value;
    const results = await run(b.model([y, dx]), { x: fromNumbers('float32', [100], new Array(100).fill(1)) });
    const kept = toNumbers(results.get(y.name) as Tensor);
    expect(new Set(kept)).toEqual(new Set([0, Math.fround(4 / 3)]));
    expect(toNumbers(results.get(dx.name) as Tensor)).toEqual(kept);
  });

  it('Gather adds rows taken many times alike in every run, on several threads', async () => {
    const [rows, width] = [20_000, 64];
    const b = new GraphBuilder(21);
    const table = b.input('table', 'float32', [50, width]);
    const indices = b.constant(
      fromNumbers(
        'int64',
        [rows],
        Array.from({ length: rows }, (_, i) => (i * 7) % 50),
      ),
    );
    const y = b.op('Gather', [table, indices]);
    const dx = differentiate(b, b.reduceSum(y, [0, 1], false), ['table']).get('table') as Value;
    const compiled = await compile(b.model([b.op('Identity', [dx])]), 4);
    for (let trial = 0; trial < 5; trial++) {
      const [found] = (await compiled.run({})).values();
      expect(new Set(toNumbers(found as Tensor))).toEqual(new Set([rows / 50]));
    }
    await compiled.release();
  });
});
