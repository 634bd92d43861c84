import { expect, it } from 'vitest';
import { type AverageSpec, averageShare, scheduledStep } from './average-spec.js';

/** What of the weights after each step an average over ten steps is made of. */
function contributions(spec: AverageSpec, steps = 10): number[] {
  let parts: number[] = [];
  for (let step = 1; step <= steps; step++) {
    const share = averageShare(spec, step, steps);
    parts = [...parts.map((part) => part * (1 - share)), share];
  }
  return parts;
}

function expectParts(found: readonly number[], expected: readonly number[]): void {
  expect(found.length).toBe(expected.length);
  for (const [i, part] of found.entries()) expect(part, `step ${i + 1}`).toBeCloseTo(expected[i] as number, 12);
}

it('swa averages the last steps equally', () => {
  expectParts(contributions({ name: 'swa', share: 0.4, rate: 'constant' }), [0, 0, 0, 0, 0, 0, 1 / 4, 1 / 4, 1 / 4, 1 / 4]);
  expectParts(contributions({ name: 'swa', share: 1, rate: 'constant' }), Array(10).fill(1 / 10));
  expectParts(contributions({ name: 'swa', share: 0.01, rate: 'constant' }), [...Array(9).fill(0), 1]);
});

it('ema keeps its decay once the warm-up is over, and nothing of what was before the first step', () => {
  const found = contributions({ name: 'ema', decay: 0.5 });
  expect(found.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
  expectParts(found.slice(-3), [0.125, 0.25, 0.5]);
  expect(averageShare({ name: 'ema', decay: 0.5 }, 1, 10)).toBe(1);
});

it('the decay of ema rises as that of timm with warm-up', () => {
  // The formula of ModelEmaV3.get_decay with use_warmup: 1 − (1 + s)^(−2/3), s being the steps before, in double precision.
  const expected: Readonly<Record<number, number>> = { 1: 0, 2: 0.3700394750525634, 9: 0.768879, 101: 0.9539, 40000: 0.999 };
  for (const [step, decay] of Object.entries(expected))
    expect(1 - averageShare({ name: 'ema', decay: 0.999 }, Number(step), 1e5), `step ${step}`).toBeCloseTo(decay, 4);
});

it('the rate of swa stays at its place in the schedule, or goes on', () => {
  const places = (rate: 'constant' | 'schedule'): number[] => [5, 6, 7, 9].map((step) => scheduledStep({ name: 'swa', share: 0.4, rate }, step, 10));
  expect(places('constant')).toEqual([5, 6, 6, 6]);
  expect(places('schedule')).toEqual([5, 6, 7, 9]);
  expect(scheduledStep({ name: 'ema', decay: 0.9 }, 9, 10)).toBe(9);
});

it('without an average there is none', () => {
  expect(averageShare(undefined, 3, 10)).toBe(0);
});
