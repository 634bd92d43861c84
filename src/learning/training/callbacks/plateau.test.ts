import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { nextPlateau, type Plateau } from './plateau.js';

interface Golden {
  readonly plateau: readonly {
    readonly spec: {
      readonly metric: string;
      readonly factor: number;
      readonly patience: number;
      readonly threshold: number;
      readonly minFactor: number;
    };
    readonly values: readonly number[];
    readonly factors: readonly number[];
  }[];
}

const golden = JSON.parse(readFileSync(new URL('../../../../test/golden/schedules.json', import.meta.url), 'utf8')) as Golden;

/** The factor after each of some evaluations; the state passes through JSON, as it does in a checkpoint. */
function factors(spec: Golden['plateau'][number]['spec'], values: readonly number[]): number[] {
  let state: Plateau | undefined;
  return values.map((value) => {
    const next = nextPlateau({ name: 'plateau', warmup: 0, ...spec }, state, { [spec.metric]: value });
    state = next && (JSON.parse(JSON.stringify(next)) as Plateau);
    return state?.factor ?? 1;
  });
}

it.each(golden.plateau.map((one) => [one.spec, one] as const))(
  'the rate falls where that of PyTorch does: %o',
  (spec, { values, factors: expected }) => {
    const found = factors(spec, values);
    expect(new Set(found).size).toBeGreaterThan(1);
    // A few products of two doubles.
    for (const [i, factor] of expected.entries()) expect(found[i], `evaluation ${i}`).toBeCloseTo(factor, 12);
  },
);

const spec = { metric: 'r2', factor: 0.5, patience: 0, threshold: 0.1, minFactor: 0 };

it('a metric below 0 improves towards 0', () => {
  expect(factors(spec, [-1, -1.05, -0.95, -0.85])).toEqual([1, 0.5, 0.25, 0.25]);
});

it('a metric that is not a number is no improvement', () => {
  expect(factors(spec, [0.5, Number.NaN])).toEqual([1, 0.5]);
  expect(factors(spec, [Number.NaN, 0.5, 0.9, 0.8])).toEqual([1, 1, 1, 0.5]);
});

it('names the metrics there are', () => {
  expect(() => nextPlateau({ name: 'plateau', warmup: 0, ...spec }, undefined, { loss: 1 })).toThrow(/"r2"/);
});
