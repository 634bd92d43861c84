import { expect, it } from 'vitest';
import { multiLabel } from './multi-label.js';

const predictions = {
  outputs: Float32Array.of(2, -1, 0.5, 0.5, -1, 3, 0.5, 0.2, -2, -1, 0.2, 0.5, 3, -4, 0.5),
  width: 3,
  targets: Float64Array.of(1, 0, 0, 0, 1, 1, 1, 0, 1, 0, 1, 0, 0, 0, 1),
};

it('average precision is scikit-learn 1.9.1, ties and repeated draws included', () => {
  const measure = multiLabel.measure(predictions);
  expect(measure(Int32Array.of(0, 1, 2, 3, 4))['meanAveragePrecision']).toBeCloseTo(0.5666666666666667, 12);
  expect(multiLabel.perOutput(predictions).map(({ averagePrecision }) => averagePrecision)).toEqual([0.5, 0.5, expect.closeTo(0.7, 12)]);
  // average_precision_score of [0.25, 0.8333333333333333, 0.8285714285714285]
  expect(measure(Int32Array.of(0, 1, 1, 3, 4, 4, 4))['meanAveragePrecision']).toBeCloseTo((0.25 + 5 / 6 + 0.8285714285714285) / 3, 12);
});

it('a label that does not occur is left out of the mean, and has no precision of its own', () => {
  const measure = multiLabel.measure({ outputs: Float32Array.of(1, 1, -1, 2), width: 2, targets: Float64Array.of(1, 0, 0, 0) });
  expect(measure(Int32Array.of(0, 1))['meanAveragePrecision']).toBe(1);
  expect(measure(Int32Array.of(1, 1))['meanAveragePrecision']).toBe(0);
});

it('says of each label how many have it and how well they are told', () => {
  expect(multiLabel.perOutput(predictions)[2]).toEqual({
    samples: 3,
    averagePrecision: expect.closeTo(0.7, 12),
    // Found: 1 and 4 rightly, 0 and 3 wrongly; missed: 2.
    f1: expect.closeTo(4 / 7, 12),
    precision: 0.5,
    recall: expect.closeTo(2 / 3, 12),
  });
});
