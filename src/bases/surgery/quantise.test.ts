import { expect, it } from 'vitest';
import { run } from '../../../test/gradients/run.js';
import { input, modelOf, node } from '../../../test/support/graph.js';
import { float32, fromNumbers, Random, type Tensor, toNumbers } from '../../core/index.js';
import { differentiate } from '../../engine/autodiff/index.js';
import { GraphBuilder, inferTypes, type Model } from '../../engine/graph/index.js';
import { quantiseFrozen } from './quantise.js';

const random = new Random(3, 'quantise');
const matrix = (rows: number, columns: number): Tensor =>
  float32(
    [rows, columns],
    Array.from({ length: rows * columns }, () => 2 * random.uniform() - 1),
  );
const x = matrix(5, 16);

/** A Gemm with its matrix [out, in], a MatMul with its matrix [in, out], and one that is read elsewhere, too. */
const model = modelOf({
  nodes: [
    node('Gemm', ['x', 'a'], ['g'], 'g', { transB: 1 }),
    node('Relu', ['g'], ['r']),
    node('MatMul', ['r', 'b'], ['m']),
    node('MatMul', ['m', 'c'], ['n']),
    node('Neg', ['c'], ['d']),
    node('MatMul', ['n', 'd'], ['y']),
  ],
  inputs: [input('x', x)],
  outputs: ['y'],
  initializers: { a: matrix(24, 16), b: matrix(24, 8), c: matrix(8, 8) },
});
const quantised = quantiseFrozen(model, ['a', 'b', 'c', 'absent']);

const numbersOf = ({ graph }: Model, name: string): number[] => toNumbers(graph.initializers.get(name) as Tensor);

it('weights that only products read take 8 bits', () => {
  const types = Object.fromEntries([...quantised.graph.initializers].map(([name, { type, dims }]) => [name, `${type} ${dims.join('×')}`]));
  expect(types).toEqual({
    c: 'float32 8×8',
    'a.int8': 'int8 24×16',
    'a.scale': 'float32 24',
    'b.int8': 'int8 24×8',
    'b.scale': 'float32 8',
  });
});

it('a weight is off by half a scale of its channel at most, and the largest is ±127 of them', () => {
  const [levels, scales, weights] = [numbersOf(quantised, 'a.int8'), numbersOf(quantised, 'a.scale'), numbersOf(model, 'a')];
  for (const [i, weight] of weights.entries()) {
    const scale = scales[Math.floor(i / 16)] as number;
    // Plus the rounding of a float32 division.
    expect(Math.abs((levels[i] as number) * scale - weight)).toBeLessThanOrEqual(0.5001 * scale);
  }
  for (let channel = 0; channel < 24; channel++) expect(Math.max(...levels.slice(16 * channel, 16 * (channel + 1)).map(Math.abs))).toBe(127);
});

it('a channel of zeros stays zero', () => {
  const zeros = {
    ...model,
    graph: { ...model.graph, initializers: new Map(model.graph.initializers).set('b', fromNumbers('float32', [24, 8], new Array(192).fill(0))) },
  };
  expect(numbersOf(quantiseFrozen(zeros, ['b']), 'b.int8').every((level) => level === 0)).toBe(true);
});

/** The output and the gradient of its sum by the input. */
async function resultsOf({ graph }: Model): Promise<number[][]> {
  const b = GraphBuilder.from(graph, inferTypes(graph, 21, {}).types, 21);
  const y = b.value('y');
  const dx = differentiate(b, b.reduceSum(y, [0, 1], false), ['x']).get('x') as typeof y;
  const results = await run(b.model([y, dx]), { x });
  return [y, dx].map(({ name }) => toNumbers(results.get(name) as Tensor));
}

it('outputs and gradients are those of the full weights but for their rounding', async () => {
  const [expected, found] = [await resultsOf(model), await resultsOf(quantised)];
  for (const [i, values] of found.entries()) {
    const wanted = expected[i] as number[];
    const error = Math.hypot(...values.map((value, at) => value - (wanted[at] as number))) / Math.hypot(...wanted);
    expect(error).toBeGreaterThan(0);
    // A level is 1/127 of the largest weight: uniform rounding is 1/127/√12 of it, 0.4 % of a uniform weight's size a layer; ONNX Runtime may
    // round activations likewise.
    expect(error).toBeLessThan(0.03);
  }
});
