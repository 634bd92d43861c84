import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runOnnx } from '../../../../test/support/ort.js';
import { float32, int64, RegraftError, type Tensor, toNumbers } from '../../../core/index.js';
import { differentiate } from '../../../engine/autodiff/index.js';
import { GraphBuilder, MODERN_OPSET, type Value } from '../../../engine/graph/index.js';
import { createLoss, type LossSpec, ROLE } from './index.js';

interface Case {
  readonly name: string;
  readonly spec: LossSpec;
  readonly output: readonly (readonly number[])[];
  readonly loss: number;
  readonly gradient: readonly (readonly number[])[];
  readonly scores?: readonly number[];
  readonly labels?: readonly number[];
}

/** By PyTorch (bench/oracles/sentence_losses.py). */
const golden = JSON.parse(readFileSync(new URL('../../../../test/golden/sentence-losses.json', import.meta.url), 'utf8')) as {
  readonly cases: readonly Case[];
};
const caseOf = (name: string): Case => golden.cases.find((one) => one.name === name) as Case;

/** Roles of as many samples of `group` texts as fill the rows; each text has a number of its own. */
function rolesOf(rows: number, group: number, texts = Array.from({ length: rows }, (_, row) => 1000 + row)): Tensor {
  const roles = [ROLE.anchor, ROLE.positive, ROLE.negative];
  return int64(
    [rows, 2],
    texts.flatMap((text, row) => [roles[row % group] as number, text]),
  );
}

function targetOf({ name, output, scores, labels }: Case): Tensor {
  if (labels) return int64([labels.length], labels);
  if (scores)
    return float32(
      [output.length, 1],
      scores.flatMap((score) => [score, score]),
    );
  return rolesOf(output.length, name === 'pairs' ? 2 : 3);
}

/** Rows behind the real ones, as a short batch has them. */
function padded({ type, dims, data }: Tensor, more: number): Tensor {
  const width = data.length / (dims[0] as number);
  const rows = [
    ...Array.from(data as ArrayLike<number | bigint>, Number),
    ...Array.from({ length: more * width }, (_, i) => Number(data[i % width])),
  ];
  const make = type === 'int64' ? int64 : float32;
  return make([(dims[0] as number) + more, ...dims.slice(1)], rows);
}

async function lossOf(
  spec: LossSpec,
  output: Tensor,
  target: Tensor,
  real = output.dims[0] as number,
): Promise<{ loss: number; gradient: number[] }> {
  const b = new GraphBuilder(MODERN_OPSET);
  const [x, y] = [b.input('x', 'float32', output.dims), b.input('y', target.type, target.dims)];
  const mask = b.input('mask', 'float32', [output.dims[0] as number]);
  const loss = createLoss(spec).build(b, { output: x, target: y, mask });
  const gradient = differentiate(b, loss, ['x']).get('x') as Value;
  const weights = Float32Array.from({ length: output.dims[0] as number }, (_, row) => (row < real ? 1 : 0));
  const results = await runOnnx(b.model([loss, gradient]), { x: output, y: target, mask: float32([weights.length], weights) });
  return { loss: toNumbers(results[loss.name] as Tensor)[0] as number, gradient: toNumbers(results[gradient.name] as Tensor) };
}

const matrix = (rows: readonly (readonly number[])[]): Tensor => float32([rows.length, rows[0]?.length ?? 0], rows.flat());

// Single precision (2⁻²⁴) through a softmax of cosines times 20 and a few dozen sums: a few 1e-7 times 20.
const TOLERANCE = 1e-5;

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length);
  for (const [i, value] of expected.entries())
    expect(Math.abs((actual[i] as number) - value), `element ${i}`).toBeLessThan(TOLERANCE * Math.max(1, Math.abs(value)));
}

describe('losses of embeddings are those of PyTorch, gradients included', () => {
  it.each(golden.cases.map((one) => [one.name, one] as const))('%s', async (_, one) => {
    const { loss, gradient } = await lossOf(one.spec, matrix(one.output), targetOf(one));
    expectClose([loss], [one.loss]);
    expectClose(gradient, one.gradient.flat());
  });

  it.each(golden.cases.map((one) => [one.name, one] as const))('%s, in a batch with padding', async (_, one) => {
    const rows = one.output.length;
    const { loss, gradient } = await lossOf(one.spec, padded(matrix(one.output), 5), padded(targetOf(one), 5), rows);
    expectClose([loss], [one.loss]);
    expectClose(gradient, [...one.gradient.flat(), ...new Array<number>(5 * (one.output[0]?.length ?? 0)).fill(0)]);
  });
});

describe('multiple negatives', () => {
  const { output } = caseOf('pairs');
  const spec = { name: 'multiple-negatives-ranking', scale: 1 } as const;

  it('do not count the positive of another anchor that is the same text as the own one', async () => {
    // The second texts of samples 0 and 1 are one: as if sample 1's positive were no candidate for sample 0, nor the other way round.
    const rows = output.map((row, i) => (i === 3 ? (output[1] as readonly number[]) : row));
    const same = await lossOf(spec, matrix(rows), rolesOf(8, 2, [0, 1, 2, 1, 4, 5, 6, 7]));
    const other = await lossOf(spec, matrix(rows), rolesOf(8, 2));
    const cosines = (i: number): number[] => [1, 3, 5, 7].map((j) => cosine(rows[i] as readonly number[], rows[j] as readonly number[]));
    const expected = [0, 2, 4, 6].map((i, k) => {
      const logits = cosines(i);
      const kept = k === 0 ? [0, 2, 3] : k === 1 ? [1, 2, 3] : [0, 1, 2, 3];
      return Math.log(kept.reduce((sum, j) => sum + Math.exp(logits[j] as number), 0)) - (logits[k] as number);
    });
    expectClose([same.loss], [expected.reduce((a, b) => a + b, 0) / 4]);
    expect(other.loss).toBeGreaterThan(same.loss);
  });

  it('may be there for some samples alone', async () => {
    const { output: texts } = caseOf('triplets');
    // Anchor, positive, negative, anchor, positive.
    const rows = texts.slice(0, 5);
    const roles = int64([5, 2], [0, 10, 1, 11, 2, 12, 0, 13, 1, 14]);
    const { loss } = await lossOf(spec, matrix(rows), roles);
    const ranked = (anchor: number, own: number): number =>
      Math.log([1, 2, 4].reduce((sum, j) => sum + Math.exp(cosine(rows[anchor] as number[], rows[j] as number[])), 0)) -
      cosine(rows[anchor] as number[], rows[own] as number[]);
    expectClose([loss], [(ranked(0, 1) + ranked(3, 4)) / 2]);
  });

  it('refuse a target that is no roles', async () => {
    const wrong = lossOf(spec, matrix(output), float32([8, 1], new Float32Array(8)));
    await expect(wrong).rejects.toThrow(RegraftError);
  });
});

it('weighs batches by anchors, by triplets, and by pairs', () => {
  const roles = [0, 9, 1, 9, 2, 9, 0, 9, 1, 9];
  expect(createLoss({ name: 'multiple-negatives-ranking', scale: 20 }).weight(roles, 5)).toBe(2);
  expect(createLoss({ name: 'triplet', margin: 0.5 }).weight(roles, 5)).toBe(1);
  expect(createLoss({ name: 'cosine-similarity' }).weight([], 6)).toBe(3);
});

function cosine(a: readonly number[], b: readonly number[]): number {
  const product = (x: readonly number[], y: readonly number[]): number => x.reduce((sum, value, i) => sum + value * (y[i] as number), 0);
  return product(a, b) / Math.sqrt(product(a, a) * product(b, b));
}
