import { describe, expect, it } from 'vitest';
import { Random } from '../../../core/index.js';
import { nearest } from './nearest.js';
import { retrieval } from './retrieval.js';

const all = (count: number): Int32Array => Int32Array.from({ length: count }, (_, i) => i);

function drawnVectors(size: number, width: number): Float32Array {
  const random = new Random(1, 'vectors');
  const rows = Float32Array.from({ length: size * width }, () => random.uniform(-1, 1));
  return unitRows(rows, width);
}

function unitRows(rows: Float32Array, width: number): Float32Array {
  return rows.map((value, i) => {
    const row = rows.subarray(Math.floor(i / width) * width, (Math.floor(i / width) + 1) * width);
    return value / Math.hypot(...row);
  });
}

/** By sorting all others: the definition, slowly. Ties go against the class. */
function slowly(outputs: Float32Array, width: number, targets: readonly number[]): Record<string, number> {
  const cosine = (a: number, b: number): number =>
    Array.from({ length: width }, (_, i) => (outputs[a * width + i] as number) * (outputs[b * width + i] as number)).reduce((x, y) => x + y, 0);
  const queries = [...targets.keys()].filter((q) => targets.filter((label) => label === targets[q]).length > 1);
  const rankings = queries.map((q) =>
    [...targets.keys()]
      .filter((other) => other !== q)
      .map((other) => ({ cosine: cosine(q, other), right: targets[other] === targets[q] }))
      .sort((a, b) => b.cosine - a.cosine || Number(a.right) - Number(b.right))
      .map(({ right }) => right),
  );
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  const precision = (ranking: readonly boolean[]): number =>
    mean(ranking.flatMap((right, place) => (right ? [ranking.slice(0, place + 1).filter(Boolean).length / (place + 1)] : [])));
  const recall = (depth: number): number => mean(rankings.map((ranking) => (ranking.slice(0, depth).includes(true) ? 1 : 0)));
  return { meanAveragePrecision: mean(rankings.map(precision)), recallAt1: recall(1), recallAt5: recall(5), recallAt10: recall(10) };
}

describe('retrieval', () => {
  it.each([
    ['classes of many sizes', 60, 3, (i: number) => [0, 0, 0, 1, 1, 2, 3][i % 7] as number],
    ['a sample alone in its class', 20, 2, (i: number) => (i === 4 ? 9 : i % 3)],
    ['two classes', 31, 4, (i: number) => i % 2],
  ])('is what sorting all others gives: %s', (_, size, width, labelOf) => {
    const outputs = drawnVectors(size, width);
    const targets = Array.from({ length: size }, (_sample, i) => labelOf(i));
    const found = retrieval.measure({ outputs, width, targets: Float64Array.from(targets) })(all(size));
    const expected = slowly(outputs, width, targets);
    expect(Object.keys(found)).toEqual(Object.keys(expected));
    for (const [name, value] of Object.entries(expected)) expect(found[name]).toBeCloseTo(value, 12);
  });

  it('lets other classes come first where all vectors are the same', () => {
    const outputs = Float32Array.from({ length: 12 }, (_, i) => (i % 2 === 0 ? 1 : 0));
    const measure = retrieval.measure({ outputs, width: 2, targets: Float64Array.of(0, 0, 0, 1, 1, 1) });
    // Behind three others: ranks 4 and 5.
    expect(measure(all(6))).toEqual({ meanAveragePrecision: (1 / 4 + 2 / 5) / 2, recallAt1: 0, recallAt5: 1, recallAt10: 1 });
  });

  it('ranks among all samples, whichever are drawn, and asks for none that is alone', () => {
    const outputs = Float32Array.of(1, 0, 1, 0, 0, 1);
    const measure = retrieval.measure({ outputs, width: 2, targets: Float64Array.of(0, 0, 1) });
    expect(measure(Int32Array.of(0, 0, 2))).toEqual({ meanAveragePrecision: 1, recallAt1: 1, recallAt5: 1, recallAt10: 1 });
    expect(measure(Int32Array.of(2))).toEqual({ meanAveragePrecision: 0, recallAt1: 0, recallAt5: 0, recallAt10: 0 });
  });
});

it('the nearest come first, of equal ones the earlier, and those left out never', () => {
  const rows = Float32Array.of(0, 1, 1, 0, 0.6, 0.8, 1, 0);
  const found = nearest(rows, Float32Array.of(1, 0), 3, (index) => index === 2);
  expect(found.map(({ index }) => index)).toEqual([1, 3, 0]);
  expect(nearest(rows, Float32Array.of(1, 0), 2).map(({ index }) => index)).toEqual([1, 3]);
});
