import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runOnnx } from '../../../../test/support/ort.js';
import { float32, int64, type Tensor, toNumbers } from '../../../core/index.js';
import { GraphBuilder, MODERN_OPSET } from '../../../engine/graph/index.js';
import { createLoss, type LossSpec } from './index.js';

const ROWS = 4;
const CLASSES = 3;

async function lossOf(spec: LossSpec, logits: readonly number[], target: Tensor, real = ROWS): Promise<number> {
  const b = new GraphBuilder(MODERN_OPSET);
  const [x, y, mask] = [b.input('x', 'float32', [ROWS, CLASSES]), b.input('y', target.type, target.dims), b.input('mask', 'float32', [ROWS])];
  const loss = createLoss(spec).build(b, { output: x, target: y, mask });
  const weights = Float32Array.from({ length: ROWS }, (_, row) => (row < real ? 1 : 0));
  const results = await runOnnx(b.model([loss]), { x: float32([ROWS, CLASSES], logits), y: target, mask: float32([ROWS], weights) });
  return toNumbers(results[loss.name] as Tensor)[0] as number;
}

const someLogits = fc
  .array(fc.integer({ min: -40, max: 40 }), { minLength: ROWS * CLASSES, maxLength: ROWS * CLASSES })
  .map((all) => all.map((x) => x / 8));
const someLabels = fc.array(fc.integer({ min: 0, max: CLASSES - 1 }), { minLength: ROWS, maxLength: ROWS });
const someShares = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: ROWS * CLASSES, maxLength: ROWS * CLASSES }).map((all) =>
  all.map((value, i) => {
    const row = Math.floor(i / CLASSES) * CLASSES;
    return value / all.slice(row, row + CLASSES).reduce((a, b) => a + b, 0);
  }),
);

describe('cross-entropy over shares', () => {
  const specs: readonly LossSpec[] = [
    { name: 'cross-entropy', labelSmoothing: 0 },
    { name: 'cross-entropy', labelSmoothing: 0.2 },
    { name: 'cross-entropy', labelSmoothing: 0.1, classWeights: [0.5, 2, 1] },
  ];

  it.each(specs)('is that over indices where a class has all: %j', async (spec) => {
    await fc.assert(
      fc.asyncProperty(someLogits, someLabels, fc.integer({ min: 1, max: ROWS }), async (logits, labels, real) => {
        const shares = labels.flatMap((label) => Array.from({ length: CLASSES }, (_, name) => Number(name === label)));
        const byIndex = await lossOf(spec, logits, int64([ROWS], labels), real);
        // Single precision.
        expect(await lossOf(spec, logits, float32([ROWS, CLASSES], shares), real)).toBeCloseTo(byIndex, 5);
        const loss = createLoss(spec);
        expect(loss.weight(Float32Array.from(shares), ROWS)).toBeCloseTo(loss.weight(BigInt64Array.from(labels, BigInt), ROWS), 5);
      }),
      { numRuns: 15 },
    );
  });

  it('is the mean of −Σ t·log p, t smoothed, as PyTorch computes it from probabilities', async () => {
    await fc.assert(
      fc.asyncProperty(someLogits, someShares, async (logits, shares) => {
        const terms = logits.map((logit, i) => {
          const row = logits.slice(Math.floor(i / CLASSES) * CLASSES, Math.floor(i / CLASSES) * CLASSES + CLASSES);
          const logProbability = logit - Math.log(row.reduce((sum, x) => sum + Math.exp(x), 0));
          return -((shares[i] as number) * 0.9 + 0.1 / CLASSES) * logProbability;
        });
        const expected = terms.reduce((a, b) => a + b, 0) / ROWS;
        expect(await lossOf({ name: 'cross-entropy', labelSmoothing: 0.1 }, logits, float32([ROWS, CLASSES], shares))).toBeCloseTo(expected, 4);
      }),
      { numRuns: 15 },
    );
  });
});

describe('binary cross-entropy', () => {
  it('counts labels that apply for their weight, also of shares', async () => {
    await fc.assert(
      fc.asyncProperty(someLogits, someShares, async (logits, shares) => {
        const posWeights = [0.5, 3, 1];
        const terms = logits.map((x, i) => {
          const [t, w] = [shares[i] as number, posWeights[i % CLASSES] as number];
          return w * t * Math.log1p(Math.exp(-x)) + (1 - t) * Math.log1p(Math.exp(x));
        });
        const expected = terms.reduce((a, b) => a + b, 0) / terms.length;
        const target = float32([ROWS, CLASSES], shares);
        expect(await lossOf({ name: 'bce', posWeights }, logits, target)).toBeCloseTo(expected, 4);
        const plain = await lossOf({ name: 'bce' }, logits, target);
        expect(await lossOf({ name: 'bce', posWeights: [1, 1, 1] }, logits, target)).toBeCloseTo(plain, 5);
      }),
      { numRuns: 15 },
    );
  });
});
