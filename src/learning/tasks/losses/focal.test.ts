import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runOnnx } from '../../../../test/support/ort.js';
import { float32, int64, type Tensor, toNumbers } from '../../../core/index.js';
import { differentiate } from '../../../engine/autodiff/index.js';
import { GraphBuilder, MODERN_OPSET, type Value } from '../../../engine/graph/index.js';
import { createLoss, type LossSpec } from './index.js';

interface Case {
  readonly name: string;
  readonly spec: LossSpec;
  readonly dims: readonly number[];
  readonly output: readonly number[];
  readonly labels: readonly number[];
  readonly loss: number;
  readonly gradient: readonly number[];
}

/** By PyTorch (bench/oracles/focal_losses.py). */
const golden = JSON.parse(readFileSync(new URL('../../../../test/golden/focal-losses.json', import.meta.url), 'utf8')) as {
  readonly cases: readonly Case[];
};

function targetOf({ spec, dims, labels }: Pick<Case, 'spec' | 'dims' | 'labels'>): Tensor {
  return spec.name === 'binary-focal' ? float32(dims, labels) : int64(dims.slice(0, -1), labels);
}

async function lossOf({ spec, dims, output, labels }: Pick<Case, 'spec' | 'dims' | 'output' | 'labels'>, real = dims[0] as number) {
  const b = new GraphBuilder(MODERN_OPSET);
  const target = targetOf({ spec, dims, labels });
  const [x, y] = [b.input('x', 'float32', dims), b.input('y', target.type, target.dims)];
  const mask = b.input('mask', 'float32', [dims[0] as number]);
  const loss = createLoss(spec).build(b, { output: x, target: y, mask });
  const gradient = differentiate(b, loss, ['x']).get('x') as Value;
  const rows = Array.from({ length: dims[0] as number }, (_, row) => (row < real ? 1 : 0));
  const results = await runOnnx(b.model([loss, gradient]), { x: float32(dims, output), y: target, mask: float32([rows.length], rows) });
  return { loss: toNumbers(results[loss.name] as Tensor)[0] as number, gradient: toNumbers(results[gradient.name] as Tensor) };
}

// Single precision (2⁻²⁴) through a softmax, a logarithm of it and a power of up to 5: a few 1e-7 times that.
const TOLERANCE = 1e-5;

function expectClose(found: readonly number[], expected: readonly number[]): void {
  expect(found.length).toBe(expected.length);
  for (const [i, value] of expected.entries())
    expect(Math.abs((found[i] as number) - value), `element ${i}`).toBeLessThan(TOLERANCE * Math.max(1, Math.abs(value)));
}

const byName = golden.cases.map((one) => [one.name, one] as const);

describe('focal losses are those of PyTorch, gradients included', () => {
  it.each(byName)('%s', async (_, one) => {
    const { loss, gradient } = await lossOf(one);
    expectClose([loss], [one.loss]);
    expectClose(gradient, one.gradient);
  });

  it.each(byName)('%s, in a batch with padding', async (_, one) => {
    const [rows = 0, ...rest] = one.dims;
    const padded = { ...one, dims: [2 * rows, ...rest], output: [...one.output, ...one.output], labels: [...one.labels, ...one.labels] };
    const { loss, gradient } = await lossOf(padded, rows);
    expectClose([loss], [one.loss]);
    expectClose(gradient, [...one.gradient, ...one.gradient.map(() => 0)]);
  });
});

describe('without focus', () => {
  const output = [2, -1, 0.5, -3, 1, 0];
  const plain = async (spec: LossSpec, labels: readonly number[]): Promise<number> => (await lossOf({ spec, dims: [2, 3], output, labels })).loss;

  it('it is cross-entropy, weights included', async () => {
    const classWeights = [1, 3, 0.5];
    expectClose(
      [await plain({ name: 'focal', gamma: 0, classWeights }, [0, 1])],
      [await plain({ name: 'cross-entropy', labelSmoothing: 0, classWeights }, [0, 1])],
    );
  });

  it('it is binary cross-entropy', async () => {
    const b = new GraphBuilder(MODERN_OPSET);
    const [x, y] = [b.input('x', 'float32', [2, 3]), b.input('y', 'float32', [2, 3])];
    const loss = createLoss({ name: 'bce' }).build(b, { output: x, target: y, mask: b.input('mask', 'float32', [2]) });
    const feeds = { x: float32([2, 3], output), y: float32([2, 3], [1, 0, 0, 1, 1, 0]), mask: float32([2], [1, 1]) };
    const expected = toNumbers((await runOnnx(b.model([loss]), feeds))[loss.name] as Tensor);
    expectClose([await plain({ name: 'binary-focal', gamma: 0 }, [1, 0, 0, 1, 1, 0])], expected);
  });
});

it('stays a number for logits of any size', async () => {
  for (const gamma of [0, 0.5, 2]) {
    const classes = await lossOf({ spec: { name: 'focal', gamma }, dims: [2, 2], output: [1000, -1000, 1000, -1000], labels: [0, 1] });
    const labels = await lossOf({ spec: { name: 'binary-focal', gamma }, dims: [2, 2], output: [1000, -1000, 1000, -1000], labels: [1, 0, 0, 1] });
    for (const value of [classes.loss, ...classes.gradient, labels.loss, ...labels.gradient]) expect(value).toSatisfy(Number.isFinite);
  }
});

it('weighs batches as cross-entropy does, and by samples', () => {
  expect(createLoss({ name: 'focal', gamma: 2, classWeights: [1, 3] }).weight([0n, 1n, -100n], 3)).toBe(4);
  expect(createLoss({ name: 'binary-focal', gamma: 2 }).weight([1, 0, 0, 1], 2)).toBe(2);
});
