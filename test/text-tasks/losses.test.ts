import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { fromNumbers, type Tensor, toNumbers } from '../../src/core/index.js';
import { differentiate } from '../../src/engine/autodiff/index.js';
import { GraphBuilder, MODERN_OPSET } from '../../src/engine/graph/index.js';
import { createLoss, type LossSpec } from '../../src/learning/tasks/index.js';
import { runOnnx } from '../support/ort.js';

interface Numbers {
  readonly dims: readonly number[];
  readonly values: readonly number[];
}

/** As bench/oracles/text_losses.py writes them. */
interface LossCase {
  readonly kind: 'tokens' | 'span' | 'labels';
  readonly labelSmoothing?: number;
  readonly classWeights?: readonly number[] | null;
  readonly logits: Numbers;
  readonly target: Numbers;
  readonly loss: number;
  readonly gradient: Numbers;
}

const file = new URL('./losses.json.gz', import.meta.url);
const { cases } = JSON.parse(gunzipSync(readFileSync(file)).toString()) as { readonly cases: readonly LossCase[] };

function specOf({ kind, labelSmoothing = 0, classWeights }: LossCase): LossSpec {
  if (kind === 'tokens') return { name: 'cross-entropy', labelSmoothing, ...(classWeights && { classWeights }) };
  return { name: kind === 'span' ? 'span' : 'bce' };
}

/** Loss and gradient for the rows of a case, with `padding` rows behind them that do not count. */
async function computed(golden: LossCase, rows: readonly number[], padding = 0): Promise<{ loss: number; gradient: number[]; weight: number }> {
  const chosen = [...rows, ...Array.from({ length: padding }, () => rows[0] as number)];
  const take = ({ dims, values }: Numbers, type: 'float32' | 'int64'): Tensor => {
    const width = values.length / (dims[0] ?? 1);
    return fromNumbers(
      type,
      [chosen.length, ...dims.slice(1)],
      chosen.flatMap((row) => values.slice(row * width, (row + 1) * width)),
    );
  };
  const inputs = {
    logits: take(golden.logits, 'float32'),
    target: take(golden.target, golden.kind === 'labels' ? 'float32' : 'int64'),
    mask: fromNumbers(
      'float32',
      [chosen.length],
      chosen.map((_, i) => (i < rows.length ? 1 : 0)),
    ),
  };
  const b = new GraphBuilder(MODERN_OPSET);
  const [output, target, mask] = Object.entries(inputs).map(([name, { type, dims }]) => b.input(name, type, dims));
  if (!(output && target && mask)) throw new Error('inputs');
  const loss = createLoss(specOf(golden));
  const value = loss.build(b, { output, target, mask });
  const gradient = differentiate(b, value, ['logits']).get('logits');
  if (!gradient) throw new Error('no gradient');
  const results = await runOnnx(b.model([value, gradient]), inputs);
  const counted = take(golden.target, golden.kind === 'labels' ? 'float32' : 'int64').data.slice(
    0,
    (inputs.target.data.length / chosen.length) * rows.length,
  );
  return {
    loss: toNumbers(results[value.name] as Tensor)[0] as number,
    gradient: [...toNumbers(results[gradient.name] as Tensor)],
    weight: loss.weight(counted, rows.length),
  };
}

function allRows({ logits }: LossCase): number[] {
  return Array.from({ length: logits.dims[0] ?? 0 }, (_, row) => row);
}

// Single precision: seven digits of numbers around one.
const CLOSE = 6;

describe.each(cases.map((golden) => [`${golden.kind} ${JSON.stringify([golden.labelSmoothing, golden.classWeights])}`, golden] as const))(
  '%s',
  (_, golden) => {
    it.each([0, 2])("is PyTorch's loss, and so is its gradient, with %i rows of padding", async (padding) => {
      const { loss, gradient } = await computed(golden, allRows(golden), padding);
      expect(loss).toBeCloseTo(golden.loss, CLOSE);
      const expected = golden.gradient.values;
      for (const [i, value] of gradient.entries()) expect(value).toBeCloseTo(expected[i] ?? 0, CLOSE);
    });

    it('is the same of micro-batches with different numbers of tokens', async () => {
      const [first = 0, ...others] = allRows(golden);
      const parts = [await computed(golden, [first]), await computed(golden, others)];
      const total = parts.reduce((sum, { weight }) => sum + weight, 0);
      expect(parts.reduce((sum, { loss, weight }) => sum + (loss * weight) / total, 0)).toBeCloseTo(golden.loss, CLOSE);
      const joined = parts.flatMap(({ gradient, weight }) => gradient.map((value) => (value * weight) / total));
      for (const [i, value] of joined.entries()) expect(value).toBeCloseTo(golden.gradient.values[i] ?? Number.NaN, CLOSE);
    });
  },
);

it.each([undefined, [1, 2, 3, 4]])('tokens of which none counts have a loss of 0, with weights %j', async (classWeights) => {
  const dims = [2, 3, 4];
  const nothing: LossCase = {
    kind: 'tokens',
    labelSmoothing: classWeights ? 0.1 : 0,
    classWeights: classWeights ?? null,
    logits: { dims, values: Array.from({ length: 24 }, (_, i) => Math.sin(i)) },
    target: { dims: [2, 3], values: [-100, -100, -100, -100, -100, -100] },
    loss: 0,
    gradient: { dims, values: [] },
  };
  const { loss, gradient, weight } = await computed(nothing, [0, 1]);
  expect([loss, weight, ...new Set(gradient.map(Math.abs))]).toEqual([0, 0, 0].map((zero) => expect.closeTo(zero, 12)));
});
