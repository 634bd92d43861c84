import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Random } from '../../../core/index.js';
import { countClasses } from '../classes.js';
import { allIndices, type Dataset } from '../dataset.js';
import { folds } from './folds.js';
import { split } from './split.js';
import type { Amount } from './targets.js';

/** A data set of which only labels and groups matter. */
function labelled(labels: readonly number[], groups: readonly (string | undefined)[] = []): Dataset {
  const classes = Math.max(...labels) + 1;
  return {
    name: 'data',
    kind: 'image',
    size: labels.length,
    target: { kind: 'classes', names: Array.from({ length: classes }, (_, i) => `class ${i}`) },
    sample: (index) => {
      const group = groups[index];
      return { id: String(index), label: labels[index], ...(group !== undefined && { group }), location: `image ${index}` };
    },
    load: () => Promise.reject(new Error('not needed')),
    bytes: () => Promise.reject(new Error('not needed')),
    close: async () => {},
  };
}

/** `sizes[c]` samples of each class c, mixed. */
function ofSizes(...sizes: readonly number[]): Dataset {
  const labels = sizes.flatMap((size, label) => new Array<number>(size).fill(label));
  return labelled(new Random(0).shuffle(labels));
}

const grouped = fc
  .array(fc.record({ label: fc.integer({ min: 0, max: 2 }), size: fc.integer({ min: 1, max: 4 }) }), { minLength: 30, maxLength: 60 })
  .map((units) => {
    const samples = [0, 1, 2]
      .concat(units.map((unit) => unit.label))
      .flatMap((label, group) => new Array(units[group - 6]?.size ?? 2).fill({ label, group: `g${group}` }));
    return labelled(
      samples.map((sample) => sample.label),
      samples.map((sample) => sample.group),
    );
  });

describe('split', () => {
  test('shares are stratified', () => {
    const data = ofSizes(100, 50, 10);
    const { train, validation } = split(data, { parts: { train: 'rest', validation: { share: 0.2 } }, seed: 0 });
    expect(countClasses(data, validation)).toEqual([20, 10, 2]);
    expect(countClasses(data, train)).toEqual([80, 40, 8]);
  });

  test('counts are exact and as stratified as they can be', () => {
    const data = ofSizes(100, 50, 10);
    const parts = { a: { count: 33 }, b: { perOutput: 3 }, rest: 'rest' } as const;
    const result = split(data, { parts, seed: 0 });
    expect(countClasses(data, result.a)).toEqual([21, 10, 2]);
    expect(countClasses(data, result.b)).toEqual([3, 3, 3]);
    expect(result.rest).toHaveLength(160 - 33 - 9);
  });

  test('every sample is in one split; the seed decides which', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 4, max: 30 }), { minLength: 1, maxLength: 5 }), fc.nat(), (sizes, seed) => {
        const data = ofSizes(...sizes);
        const parts = { train: 'rest', validation: { share: 0.25 }, test: { share: 0.25 } } as const;
        const result = split(data, { parts, seed });
        const all = [...result.train, ...result.validation, ...result.test];
        expect(all.toSorted((a, b) => a - b)).toEqual(allIndices(data));
        expect(split(data, { parts, seed })).toEqual(result);
        for (const indices of Object.values(result)) expect(countClasses(data, indices).every((count) => count > 0)).toBe(true);
      }),
    );
    const data = ofSizes(30, 30);
    const parts = { train: 'rest', test: { count: 20 } } as const;
    expect(split(data, { parts, seed: 1 })).not.toEqual(split(data, { parts, seed: 2 }));
  });

  test('no group is on two sides, and sizes are near', () => {
    fc.assert(
      fc.property(grouped, fc.nat(), (data, seed) => {
        const parts = { train: 'rest', test: { share: 0.4 } } as const;
        const { train, test } = split(data, { parts, seed });
        const groupsOf = (indices: readonly number[]) => new Set(indices.map((index) => data.sample(index).group));
        expect([...groupsOf(train)].filter((group) => groupsOf(test).has(group))).toEqual([]);
        expect(train.length + test.length).toBe(data.size);
        expect(Math.abs(test.length - 0.4 * data.size)).toBeLessThanOrEqual(3 * 3);
      }),
    );
  });

  test('a number per class is exact with groups too; what is left of a cut group belongs to neither side', () => {
    const labels = Array.from({ length: 60 }, (_, i) => Math.floor(i / 30));
    const data = labelled(
      labels,
      labels.map((_, i) => `g${Math.floor(i / 3)}`),
    );
    const { train, test } = split(data, { parts: { train: { perOutput: 10 }, test: 'rest' }, seed: 3 });
    expect(countClasses(data, train)).toEqual([10, 10]);
    expect(countClasses(data, test)).toEqual([18, 18]);
  });

  test('can divide a part of the samples only', () => {
    const data = ofSizes(20, 20);
    const indices = allIndices(data).slice(0, 20);
    const result = split(data, { parts: { a: { share: 0.5 }, b: 'rest' }, seed: 0, indices });
    expect([...result.a, ...result.b].toSorted((a, b) => a - b)).toEqual(indices);
  });

  test('a large share leaves a group of each class for the rest', () => {
    const data = labelled([0, 0, 0, 1, 1], ['a', 'a', 'b', 'c', 'd']);
    const { test } = split(data, { parts: { train: { share: 0.9 }, test: 'rest' }, seed: 0 });
    expect(countClasses(data, test).every((count) => count > 0)).toBe(true);
  });

  test.each<readonly [string, Dataset, Record<string, Amount>, object]>([
    ['DATA_CLASS_TOO_SMALL', ofSizes(10, 1), { train: 'rest', validation: { share: 0.2 } }, { label: 'class 1', count: 1, needed: 2 }],
    ['DATA_CLASS_TOO_SMALL', ofSizes(30, 10), { train: { perOutput: 10 }, test: 'rest' }, { label: 'class 1', count: 10, needed: 11 }],
    ['DATA_SPLIT_TOO_LARGE', ofSizes(10, 10), { train: { count: 15 }, test: { count: 6 } }, { wanted: 21, available: 20 }],
    ['DATA_LABEL_MISSING', ofSizes(50, 2), { train: 'rest', test: { count: 10 } }, { label: 'class 1', split: 'test' }],
    [
      'DATA_LABEL_MISSING',
      labelled([0, 0, 1, 1], ['a', 'b', 'c', 'c']),
      { train: 'rest', test: { share: 0.5 } },
      { label: 'class 1', split: 'train' },
    ],
    ['DATA_SPLIT_INVALID', ofSizes(10), { train: 'rest', test: 'rest' }, { split: 'test' }],
    ['DATA_SPLIT_INVALID', ofSizes(10), { train: 'rest', test: { share: 1.5 } }, { split: 'test' }],
    ['DATA_SPLIT_INVALID', ofSizes(10), { train: 'rest', test: { count: 0.5 } }, { split: 'test' }],
  ])('%s', (code, data, parts, values) => {
    expect(() => split(data, { parts, seed: 0 })).toThrow(expect.objectContaining({ code, values: expect.objectContaining(values) }));
  });
});

describe('folds', () => {
  test('are stratified parts of equal size', () => {
    const data = ofSizes(20, 10);
    const parts = folds(data, { folds: 5, seed: 0 });
    expect(parts.map((part) => countClasses(data, part))).toEqual(new Array(5).fill([4, 2]));
    expect(parts.flat().toSorted((a, b) => a - b)).toEqual(allIndices(data));
  });

  test('keep groups together', () => {
    fc.assert(
      fc.property(grouped, (data) => {
        const parts = folds(data, { folds: 3, seed: 1 });
        const seen = parts.map((part) => new Set(part.map((index) => data.sample(index).group)));
        expect(seen.reduce((sum, groups) => sum + groups.size, 0)).toBe(new Set(allIndices(data).map((index) => data.sample(index).group)).size);
      }),
    );
  });

  test('need a sample each', () => {
    expect(() => folds(ofSizes(3), { folds: 4, seed: 0 })).toThrow('asks for 4 samples');
  });
});
