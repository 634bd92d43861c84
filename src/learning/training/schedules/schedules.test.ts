import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type ScheduleSpec, scheduleFactor } from './index.js';

/** The factors of a run of ten steps, five an epoch. */
function factors(spec: ScheduleSpec): number[] {
  return Array.from({ length: 10 }, (_, step) => scheduleFactor(spec, { step, steps: 10, stepsPerEpoch: 5 }));
}

function expectFactors(spec: ScheduleSpec, expected: readonly number[]): void {
  const found = factors(spec);
  expect(found).toHaveLength(expected.length);
  for (const [i, factor] of found.entries()) expect(factor, `step ${i}`).toBeCloseTo(expected[i] as number, 12);
}

const golden = JSON.parse(readFileSync(new URL('../../../../test/golden/schedules.json', import.meta.url), 'utf8')) as {
  readonly polynomial: readonly { readonly power: number; readonly rates: readonly number[] }[];
};

const halfCosine = (share: number): number => (1 + Math.cos(Math.PI * share)) / 2;

describe('the learning rate over a run', () => {
  it('constant', () => {
    expectFactors({ name: 'constant', warmup: 0 }, Array(10).fill(1));
  });

  it('rises linearly and reaches its value after the warm-up', () => {
    expectFactors({ name: 'constant', warmup: 0.3 }, [0.25, 0.5, 0.75, 1, 1, 1, 1, 1, 1, 1]);
  });

  it('steps after every so many epochs', () => {
    expectFactors({ name: 'step', warmup: 0, every: 1, factor: 0.1 }, [1, 1, 1, 1, 1, 0.1, 0.1, 0.1, 0.1, 0.1]);
    expectFactors({ name: 'step', warmup: 0, every: 2, factor: 0.1 }, Array(10).fill(1));
  });

  it('cosine', () => {
    expectFactors(
      { name: 'cosine', warmup: 0, endFactor: 0 },
      [...Array(10).keys()].map((step) => halfCosine(step / 10)),
    );
    const [, , , , , half] = factors({ name: 'cosine', warmup: 0, endFactor: 0.2 });
    expect(half).toBeCloseTo(0.6, 12);
  });

  it('cosine after a warm-up spans what is left', () => {
    expectFactors({ name: 'cosine', warmup: 0.2, endFactor: 0 }, [1 / 3, 2 / 3, ...[...Array(8).keys()].map((step) => halfCosine(step / 8))]);
  });

  it('linear', () => {
    expectFactors(
      { name: 'linear', warmup: 0, endFactor: 0.5 },
      [...Array(10).keys()].map((step) => 1 - 0.05 * step),
    );
  });

  it('polynomial, as PyTorch has it', () => {
    for (const { power, rates } of golden.polynomial) {
      const spec = { name: 'polynomial', warmup: 0, power, endFactor: 0 } as const;
      for (const [step, rate] of rates.entries())
        expect(scheduleFactor(spec, { step, steps: rates.length, stepsPerEpoch: 1 }), `power ${power}, step ${step}`).toBeCloseTo(rate, 12);
    }
  });

  it('polynomial after a warm-up, to an end above 0', () => {
    const spec = { name: 'polynomial', warmup: 0.2, power: 2, endFactor: 0.5 } as const;
    expectFactors(spec, [1 / 3, 2 / 3, ...[...Array(8).keys()].map((step) => 0.5 + 0.5 * (1 - step / 8) ** 2)]);
  });

  it('plateau: what evaluations made of it, after the warm-up', () => {
    const spec = { name: 'plateau', warmup: 0.2, metric: 'loss', factor: 0.1, patience: 1, threshold: 0, minFactor: 0 } as const;
    const at = (step: number): number => scheduleFactor(spec, { step, steps: 10, stepsPerEpoch: 5, plateau: 0.25 });
    expect([0, 1, 2, 9].map(at)).toEqual([1 / 3, 2 / 3, 0.25, 0.25]);
  });

  it('one cycle ends where it should', () => {
    const spec = { name: 'one-cycle', warmup: 0.3, startFactor: 0.04, endFactor: 0.001 } as const;
    const found = factors(spec);
    expect(found[0]).toBeCloseTo(0.04, 12);
    expect(found[3]).toBeCloseTo(1, 12);
    expect(found[6]).toBeCloseTo((1 + 0.001) / 2, 12);
    expect(found[9]).toBeCloseTo(0.001, 12);
  });

  it('slanted triangular rises and falls in straight lines', () => {
    // The formula of the paper with T = 10, cut_frac = 0.2, ratio = 32: from 1/32 to 1 at step 2, and down.
    const p = [0, 0.5, 1, 7 / 8, 6 / 8, 5 / 8, 4 / 8, 3 / 8, 2 / 8, 1 / 8];
    expectFactors(
      { name: 'slanted-triangular', warmup: 0.2, ratio: 32 },
      p.map((share) => (1 + share * 31) / 32),
    );
    expectFactors(
      { name: 'slanted-triangular', warmup: 0, ratio: 2 },
      [...Array(10).keys()].map((step) => 1 - step / 20),
    );
  });
});
