import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { float32, int64, type Tensor, toNumbers } from '../../src/core/index.js';
import { differentiate } from '../../src/engine/autodiff/index.js';
import { GraphBuilder, MODERN_OPSET, type Value } from '../../src/engine/graph/index.js';
import { createLoss, type LossSpec, taskOf } from '../../src/learning/tasks/index.js';
import { runOnnx } from '../support/ort.js';

interface LossCase {
  readonly name: string;
  readonly spec: LossSpec;
  readonly loss: number;
  readonly gradient: readonly number[];
}

/** By bench/oracles/pixel_losses.py. */
const golden = JSON.parse(readFileSync(new URL('pixels.json', import.meta.url), 'utf8')) as {
  readonly dims: readonly [number, number, number, number];
  readonly scores: readonly number[];
  readonly labels: readonly number[];
  readonly losses: readonly LossCase[];
  readonly counted: {
    readonly coarse: readonly number[];
    readonly coarseDims: readonly number[];
    readonly dims: readonly [number, number, number, number];
    readonly labels: readonly (readonly [label: number, length: number])[];
    readonly counts: readonly (readonly number[])[];
  };
};

interface Batch {
  readonly scores: readonly number[];
  readonly labels: readonly number[];
  /** 1 for real samples. */
  readonly rows: readonly number[];
}

async function lossOf(spec: LossSpec, { scores, labels, rows }: Batch): Promise<{ loss: number; gradient: number[] }> {
  const [, classes, height, width] = golden.dims;
  const dims = [rows.length, classes, height, width];
  const b = new GraphBuilder(MODERN_OPSET);
  const [output, target] = [b.input('x', 'float32', dims), b.input('y', 'int64', [rows.length, height, width])];
  const mask = b.input('mask', 'float32', [rows.length]);
  const loss = createLoss(spec).build(b, { output, target, mask });
  const gradient = differentiate(b, loss, ['x']).get('x') as Value;
  const feeds = { x: float32(dims, scores), y: int64(target.dims, labels), mask: float32([rows.length], rows) };
  const results = await runOnnx(b.model([loss, gradient]), feeds);
  return { loss: toNumbers(results[loss.name] as Tensor)[0] as number, gradient: toNumbers(results[gradient.name] as Tensor) };
}

// Single precision (2⁻²⁴) through a softmax and sums over 60 pixels.
const DIGITS = 5;
const { scores, labels } = golden;

describe.each(golden.losses.map((one) => [one.name, one] as const))('%s', (_, { spec, loss, gradient }) => {
  it('has the value and the gradient of the oracle', async () => {
    const found = await lossOf(spec, { scores, labels, rows: [1, 1] });
    expect(found.loss).toBeCloseTo(loss, DIGITS);
    for (const [i, value] of gradient.entries()) expect(found.gradient[i], `element ${i}`).toBeCloseTo(value, DIGITS);
  });

  it('does not see padding', async () => {
    const found = await lossOf(spec, { scores: [...scores, ...scores], labels: [...labels, ...labels.toReversed()], rows: [1, 1, 0, 0] });
    expect(found.loss).toBeCloseTo(loss, DIGITS);
    expect(found.gradient.slice(scores.length).every((value) => value === 0)).toBe(true);
  });

  it('is nothing where no pixel has a class', async () => {
    const found = await lossOf(spec, { scores, labels: labels.map(() => 255), rows: [1, 1] });
    expect(Math.abs(found.loss)).toBe(0);
    expect(found.gradient.every((value) => value === 0)).toBe(true);
  });
});

describe('the counts of pixels and edges', () => {
  it('are those of a search pixel by pixel', async () => {
    const { coarse, coarseDims, dims, counts } = golden.counted;
    const [n, , height, width] = dims;
    const b = new GraphBuilder(MODERN_OPSET);
    const output = b.op('Resize', [b.input('x', 'float32', coarseDims), undefined, undefined, b.ints(dims)], { mode: 'linear' });
    const target = b.input('y', 'int64', [n, height, width]);
    const { summary } = taskOf('semantic-segmentation');
    const found = summary?.(b, { output, target }) as Value;
    const wholes = golden.counted.labels.flatMap(([label, length]) => new Array<number>(length).fill(label));
    const results = await runOnnx(b.model([found]), { x: float32(coarseDims, coarse), y: int64(target.dims, wholes) });
    const rows = results[found.name] as Tensor;
    expect(rows.dims).toEqual([counts.length, counts[0]?.length]);
    const numbers = toNumbers(rows);
    counts.forEach(([loss = 0, ...whole], sample) => {
      const [ownLoss = 0, ...own] = numbers.slice(sample * (whole.length + 1), (sample + 1) * (whole.length + 1));
      expect(own).toEqual(whole);
      // A sum of twenty thousand numbers in single precision.
      expect(Math.abs(ownLoss - loss) / loss).toBeLessThan(1e-5);
    });
  });
});

describe('metrics of pixels', () => {
  const task = taskOf('semantic-segmentation');
  /** Three classes, the third of which neither occurs nor is guessed; counts are hits, guessed, actual, then edges. */
  const first = [6, ...[3, 4, 0], ...[4, 6, 0], ...[5, 5, 0], ...[1, 2, 0], ...[2, 4, 0], ...[3, 1, 0], ...[3, 2, 0]];
  const second = [4, ...[0, 10, 0], ...[0, 10, 0], ...[0, 10, 0], ...[0, 0, 0], ...[0, 0, 0], ...[0, 0, 0], ...[0, 0, 0]];
  const measure = task.measure({ outputs: Float32Array.from([...first, ...second]), width: first.length, targets: new Float64Array() });

  it('are means over the classes that occur', () => {
    const found = measure(Int32Array.of(0, 1));
    // Intersection over union: 3 / (4 + 5 − 3) and 14 / (16 + 15 − 14).
    expect(found['meanIoU']).toBeCloseTo((3 / 6 + 14 / 17) / 2, 12);
    expect(found['pixelAccuracy']).toBeCloseTo(17 / 20, 12);
    expect(found['meanAccuracy']).toBeCloseTo((3 / 5 + 14 / 15) / 2, 12);
    expect(found['loss']).toBeCloseTo(10 / 20, 12);
  });

  it('hold edges against each other image by image', () => {
    // Precision 1/2 and recall 1 of the first class; 1/2 and 1/2 of the second; the second image has no edges.
    expect(measure(Int32Array.of(0, 1))['boundaryF1']).toBeCloseTo((2 / 3 + 1 / 2) / 2, 12);
    expect(measure(Int32Array.of(1))['boundaryF1']).toBe(0);
  });

  it('count a sample as often as it is drawn', () => {
    expect(measure(Int32Array.of(0, 0, 1))['pixelAccuracy']).toBeCloseTo(24 / 30, 12);
  });
});
