import { expect, it } from 'vitest';
import type { MethodName } from './methods.js';
import type { DemoResult } from './result.js';
import { shareOf } from './share.js';
import type { DemoSummary } from './summary.js';
import { demoTables } from './tables.js';
import { demoVerdict } from './verdict.js';

const IMAGES = 1000;

function result(method: MethodName, seed: number, right: number, shifted = right): DemoResult {
  const hits = (count: number): boolean[] => Array.from({ length: IMAGES }, (_, i) => i < count);
  return { method, seed, ...shareOf(hits(right)), shifted: shareOf(hits(shifted)), seconds: seed };
}

function summary(seeds: number, gain = 0.01): DemoSummary {
  const all = Array.from({ length: seeds }, (_, i) => i + 1);
  return {
    format: 1,
    base: 'npm:base',
    data: { own: 'fluent', foreign: 'twitter', labelledPerClass: 20, heldOut: IMAGES, shifted: IMAGES },
    seeds: all,
    results: all.flatMap((seed) => [
      result('fine-tuning', seed, 600 + seed, 300),
      result('raw pixels', seed, 450, 330),
      result('tap probe', seed, 590, 310),
    ]),
    gain: { own: { value: gain, interval: [gain - 0.005, gain + 0.005] }, shifted: { value: 0, interval: [-0.01, 0.01] } },
    fewerLabels: [],
    scratchRate: { rate: 0.001, tried: [], seconds: 0 },
    prediction: { image: '', label: '', probability: 1, truth: '', difference: 0 },
    versions: {},
    machine: {},
    seconds: 1,
    date: '2030-01-02T03:04:05Z',
  };
}

it('has a row a method with the mean of its seeds, in the order of the methods', () => {
  const [own, shifted] = demoTables(summary(2), undefined);
  expect(own?.rows.map(({ name, role }) => [name, role])).toEqual([
    ['raw pixels', 'baseline'],
    ['tap probe', 'candidate'],
    ['fine-tuning', 'candidate'],
  ]);
  expect(own?.rows.at(-1)).toMatchObject({ value: expect.closeTo(0.6015, 12), seeds: [0.601, 0.602], seconds: 1.5 });
  expect(shifted?.rows[0]?.value).toBe(0.33);
});

it('takes the interval from the images while there are few seeds, and from the seeds when there are enough', () => {
  const width = ([low, high]: readonly [number, number]): number => high - low;
  const intervalOf = (seeds: number) => demoTables(summary(seeds), undefined)[0]?.rows.at(-1)?.interval ?? [0, 0];
  expect(width(intervalOf(2))).toBeCloseTo(2 * 1.96 * Math.sqrt((0.6 * 0.4) / IMAGES), 3);
  // Student's t for 601 … 605: 2 · 2.776 · 1.581 / √5 thousandths.
  expect(width(intervalOf(5))).toBeCloseTo(0.003926, 5);
});

it('shows the committed result where it has more seeds', () => {
  expect(demoTables(summary(2), summary(5)).map(({ title }) => title)).toEqual([
    'Held-out drawings',
    'Another vendor’s drawings',
    'Committed result: held-out drawings',
    'Committed result: another vendor’s drawings',
  ]);
  expect(demoTables(summary(5), summary(5))).toHaveLength(2);
});

it('says where transfer and fine-tuning did not help', () => {
  const tables = demoTables(summary(2), undefined);
  const helped = demoVerdict(summary(2), tables);
  expect(helped).toMatchObject({ tone: 'good', headline: 'Fine-tuning is better than every baseline.' });
  expect(helped.points.at(-2)).toBe('On another vendor’s drawings: Tap probe cannot be told apart from raw pixels.');
  expect(helped.points.at(-1)).toMatch(/\+1\.0 points \(95% \+0\.5 to \+1\.5\): it helped\. .* cannot be told from no difference\.$/);
  expect(demoVerdict(summary(2, -0.02), tables).points.at(-1)).toContain('−2.0 points (95% −2.5 to −1.5): it did not help, it hurt.');
});
