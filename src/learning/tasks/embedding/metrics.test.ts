import { describe, expect, it } from 'vitest';
import { correlation } from './correlation.js';
import { neighbours } from './neighbours.js';
import { ranking } from './ranking.js';

const all = (count: number): Int32Array => Int32Array.from({ length: count }, (_, i) => i);
const unit = (degrees: number): number[] => [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];

describe('ranking', () => {
  /** Angles of anchor and positive, and the number of the positive's text. */
  const measured = (rows: readonly (readonly [number, number, number])[]) => {
    const outputs = Float32Array.from(rows.flatMap(([anchor, positive, text]) => [...unit(anchor), ...unit(positive), text >>> 16, text & 0xffff]));
    return ranking.measure({ outputs, width: 6, targets: new Float64Array() });
  };

  it('counts those positives that are nearer than the own one', () => {
    // To the anchor at 0°, the positives at 30° and 20° are nearer than its own at 40°; the others are first.
    const measure = measured([
      [0, 40, 1],
      [32, 30, 2],
      [18, 20, 3],
    ]);
    expect(measure(all(3))).toEqual({ accuracyAt1: 2 / 3, mrr: (1 / 3 + 1 + 1) / 3 });
    // Ranks are among all positives, whichever samples are drawn.
    expect(measure(Int32Array.of(0, 0))).toEqual({ accuracyAt1: 0, mrr: 1 / 3 });
  });

  it('lets samples with the same second text not compete', () => {
    expect(
      measured([
        [0, 10, 70_000],
        [20, 10, 70_000],
      ])(all(2)),
    ).toEqual({ accuracyAt1: 1, mrr: 1 });
    expect(
      measured([
        [0, 10, 70_000],
        [20, 10, 70_001],
      ])(all(2)),
    ).toEqual({ accuracyAt1: 0, mrr: 0.5 });
  });

  it('is worst where all vectors are the same', () => {
    expect(
      measured([
        [5, 5, 1],
        [5, 5, 2],
        [5, 5, 3],
        [5, 5, 4],
      ])(all(4)),
    ).toEqual({ accuracyAt1: 0, mrr: 0.25 });
  });
});

describe('correlation', () => {
  const measured = (cosines: readonly number[], scores: readonly number[]) =>
    correlation.measure({ outputs: Float32Array.from(cosines), width: 1, targets: Float64Array.from(scores) });

  it('is scipy.stats.spearmanr and pearsonr, ties included', () => {
    // spearmanr([.1, .4, .4, .9, .2], [0, .5, .25, .25, .75]) and pearsonr, by scipy 1.17
    const { spearman, pearson } = measured([0.1, 0.4, 0.4, 0.9, 0.2], [0, 0.5, 0.25, 0.25, 0.75])(all(5));
    expect(spearman).toBeCloseTo(0.131578947, 6);
    expect(pearson).toBeCloseTo(-0.071138799, 6);
  });

  it('counts a sample as often as it is drawn', () => {
    const drawn = measured([0.1, 0.4, 0.3], [0.2, 0.1, 0.9])(Int32Array.of(0, 1, 1, 2));
    const written = measured([0.1, 0.4, 0.4, 0.3], [0.2, 0.1, 0.1, 0.9])(all(4));
    expect(drawn.spearman).toBeCloseTo(written.spearman as number, 12);
    expect(drawn.pearson).toBeCloseTo(written.pearson as number, 12);
  });

  it('is 0 where nothing varies', () => {
    expect(measured([0.5, 0.5], [0, 1])(all(2))).toEqual({ spearman: 0, pearson: 0 });
  });
});

describe('neighbours', () => {
  const measured = (rows: readonly (readonly [number, number])[]) =>
    neighbours.measure({
      outputs: Float32Array.from(rows.flatMap(([angle]) => unit(angle))),
      width: 2,
      targets: Float64Array.from(rows, ([, label]) => label),
    });

  it('lets the five nearest others vote', () => {
    // Five of class 0 together, one of class 1 among them, three of class 1 apart: these have three of class 1 among their five nearest.
    const rows = [
      [0, 0],
      [1, 0],
      [2, 0],
      [3, 0],
      [4, 0],
      [2.5, 1],
      [90, 1],
      [91, 1],
      [92, 1],
    ] as const;
    expect(measured(rows)(all(9))).toEqual({ knnAccuracy: 8 / 9 });
    expect(measured(rows)(Int32Array.of(5, 5, 0, 0))).toEqual({ knnAccuracy: 0.5 });
  });

  it('lets the nearer class win where votes are equal, and has no vote for a single sample', () => {
    expect(
      measured([
        [0, 0],
        [1, 0],
        [3, 1],
      ])(all(3)),
    ).toEqual({ knnAccuracy: 2 / 3 });
    expect(measured([[0, 0]])(all(1))).toEqual({ knnAccuracy: 0 });
  });
});
