import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runOnnx } from '../../../../test/support/ort.js';
import { float32, int64, type Tensor, toNumbers } from '../../../core/index.js';
import { differentiate } from '../../../engine/autodiff/index.js';
import { GraphBuilder, MODERN_OPSET, type Value } from '../../../engine/graph/index.js';
import { createLoss, type LossSpec } from './index.js';

type Matrix = readonly (readonly number[])[];

interface Case {
  readonly name: string;
  readonly spec: LossSpec;
  readonly loss: number;
  readonly inputs: Readonly<Record<string, { readonly values: Matrix; readonly gradient: Matrix }>>;
  readonly labels?: readonly number[];
  readonly targets?: Matrix;
}

/** By PyTorch (bench/oracles/image_losses.py). */
const { cases } = JSON.parse(readFileSync(new URL('../../../../test/golden/image-losses.json', import.meta.url), 'utf8')) as {
  readonly cases: readonly Case[];
};

const matrix = (rows: Matrix): Tensor => float32([rows.length, rows[0]?.length ?? 0], rows.flat());

/** Vectors of length 1 with, behind each, its cosines with the centres. */
function withCosines(b: GraphBuilder, x: Value, centres: Value): Value {
  const unit = (rows: Value): Value => b.op('LpNormalization', [rows], { axis: 1, p: 2 });
  return b.concat([unit(x), b.op('Gemm', [unit(x), unit(centres)], { transB: 1 })], 1);
}

/** @param more rows behind the real ones, as a short batch has them */
async function lossOf({ spec, inputs, labels, targets }: Case, more = 0) {
  const padded = (rows: Matrix): Matrix => [...rows, ...rows.slice(0, more)];
  const target = targets ? matrix(padded(targets)) : int64([(labels?.length ?? 0) + more], [...(labels ?? []), ...(labels ?? []).slice(0, more)]);
  const given = Object.fromEntries(Object.entries(inputs).map(([name, { values }]) => [name, matrix(name === 'x' ? padded(values) : values)]));
  const rows = (given['x'] as Tensor).dims[0] as number;
  const b = new GraphBuilder(MODERN_OPSET);
  const values = Object.fromEntries(Object.entries(given).map(([name, { dims }]) => [name, b.input(name, 'float32', dims)]));
  const [x, centres] = [values['x'] as Value, values['centres']];
  const y = b.input('y', target.type, target.dims);
  const mask = b.input('mask', 'float32', [rows]);
  const loss = createLoss(spec).build(b, { output: centres ? withCosines(b, x, centres) : x, target: y, mask });
  const gradients = differentiate(b, loss, Object.keys(values));
  const real = Float32Array.from({ length: rows }, (_, row) => (row < rows - more ? 1 : 0));
  const results = await runOnnx(b.model([loss, ...gradients.values()]), { ...given, y: target, mask: float32([rows], real) });
  const numbers = (value: Value | undefined): number[] => toNumbers(results[value?.name ?? ''] as Tensor);
  return { loss: numbers(loss)[0] as number, gradients: Object.fromEntries([...gradients].map(([name, value]) => [name, numbers(value)])) };
}

// Single precision (2⁻²⁴) through a few dozen sums, times the scale of at most 8, and targets of 100 told to a quarter of it: some 1e-6.
const TOLERANCE = 2e-5;

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length);
  for (const [i, value] of expected.entries())
    expect(Math.abs((actual[i] as number) - value), `element ${i}`).toBeLessThan(TOLERANCE * Math.max(1, Math.abs(value)));
}

describe('losses of images are those of PyTorch, gradients included', () => {
  it.each(cases.map((one) => [one.name, one] as const))('%s', async (_, one) => {
    const { loss, gradients } = await lossOf(one);
    expectClose([loss], [one.loss]);
    for (const [name, { gradient }] of Object.entries(one.inputs)) expectClose(gradients[name] ?? [], gradient.flat());
  });

  it.each(cases.map((one) => [one.name, one] as const))('%s, in a batch with padding', async (_, one) => {
    const { loss, gradients } = await lossOf(one, 3);
    expectClose([loss], [one.loss]);
    for (const [name, { gradient }] of Object.entries(one.inputs)) {
      const width = gradient[0]?.length ?? 0;
      expectClose(gradients[name] ?? [], [...gradient.flat(), ...new Array<number>(name === 'x' ? 3 * width : 0).fill(0)]);
    }
  });
});

it('has a gradient where a sample lies on the centre of its class', async () => {
  const one = { values: [[1, 0]], gradient: [] };
  const spec = { name: 'arcface', margin: 0.5, scale: 64, classes: 2 } as const;
  const centres = {
    values: [
      [1, 0],
      [0, 1],
    ],
    gradient: [],
  };
  const { loss, gradients } = await lossOf({ name: '', spec, loss: 0, inputs: { x: one, centres }, labels: [0] });
  expect([loss, ...Object.values(gradients).flat()].every(Number.isFinite)).toBe(true);
});

it('batch-hard triplets need samples of each class in a batch, and count for nothing without', async () => {
  const loss = createLoss({ name: 'batch-hard-triplet', margin: 0.5 });
  expect(loss.byClass).toBe(true);
  const x = {
    values: [
      [1, 0],
      [0, 1],
    ],
    gradient: [],
  };
  const spec = { name: 'batch-hard-triplet', margin: 0.5 } as const;
  expect(await lossOf({ name: '', spec, loss: 0, inputs: { x }, labels: [0, 1] })).toEqual({ loss: 0, gradients: { x: [0, 0, 0, 0] } });
  expect(await lossOf({ name: '', spec, loss: 0, inputs: { x }, labels: [0, 0] })).toEqual({ loss: 0, gradients: { x: [0, 0, 0, 0] } });
});
