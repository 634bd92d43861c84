import { expect, it } from 'vitest';
import type { Best } from './early-stopping.js';
import { nextBest } from './early-stopping.js';

/** The best evaluation after each of some values of a metric. */
function bests(metric: string, values: readonly number[], minDelta = 0): { value: number; step: number; waited: number }[] {
  let best: Best | undefined;
  return values.map((value, i) => {
    best = nextBest({ metric, minDelta }, best, i + 1, { [metric]: value });
    return best;
  });
}

it('less loss is better, more accuracy is', () => {
  expect(bests('loss', [3, 2, 2.5, 1]).at(-1)).toEqual({ value: 1, step: 4, waited: 0 });
  expect(bests('accuracy', [0.1, 0.4, 0.3, 0.2]).at(-1)).toEqual({ value: 0.4, step: 2, waited: 2 });
});

it('what is no better than by the least difference is no improvement', () => {
  expect(bests('loss', [3, 2.75, 2.5], 0.5).at(-1)).toEqual({ value: 3, step: 1, waited: 2 });
  expect(bests('loss', [3, 3]).at(-1)).toMatchObject({ waited: 1 });
});

it('a metric that is not a number is no improvement', () => {
  expect(bests('loss', [3, Number.NaN]).at(-1)).toEqual({ value: 3, step: 1, waited: 1 });
});

it('names the metrics there are', () => {
  expect(() => nextBest({ metric: 'f1', minDelta: 0 }, undefined, 1, { loss: 1, accuracy: 1 })).toThrow(/"f1"/);
  expect(() => nextBest({ metric: 'acuracy', minDelta: 0 }, undefined, 1, { loss: 1, accuracy: 1 })).toThrow(/Did you mean accuracy\?/);
});
