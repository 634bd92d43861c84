import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Condensed } from './condense.js';
import { fitLogistic, probabilities } from './logistic.js';
import { fitTextBaseline } from './text.js';
import { Tfidf } from './tfidf.js';

/** What scikit-learn computed (bench/oracles/tfidf.py). */
const golden = JSON.parse(readFileSync(new URL('../../../../test/golden/tfidf.json', import.meta.url), 'utf8')) as {
  readonly texts: readonly string[];
  readonly labels: readonly number[];
  readonly unseen: readonly string[];
  readonly rows: readonly Readonly<Record<string, number>>[];
  /** By C, for each unseen text. */
  readonly shares: Readonly<Record<string, readonly (readonly number[])[]>>;
};

const CLASSES = 3;
const tfidf = new Tfidf(golden.texts);

describe('TF-IDF is that of scikit-learn', () => {
  const names = [...tfidf.vocabulary.keys()];

  it.each([...golden.texts, ...golden.unseen].map((text, i) => [text, golden.rows[i] as Readonly<Record<string, number>>] as const))(
    '%s',
    (text, row) => {
      const { columns, values } = tfidf.transform(text);
      const found = Object.fromEntries([...columns].map((column, i) => [names[column], values[i] as number]));
      expect(Object.keys(found).sort()).toEqual(Object.keys(row).sort());
      for (const [term, value] of Object.entries(row)) expect(found[term], term).toBeCloseTo(value, 12);
    },
  );
});

// Columns of one text alone are one column then: the solution is the same.
const condensed = new Condensed(
  golden.texts.map((text) => tfidf.transform(text)),
  tfidf.width,
);

describe.each([
  ['all columns', tfidf.width, (text: string) => tfidf.transform(text)],
  ['condensed columns', condensed.width, (text: string) => condensed.transform(tfidf.transform(text))],
] as const)('logistic regression on %s is that of scikit-learn', (_, width, read) => {
  it.each(Object.entries(golden.shares))('with C = %s', async (c, shares) => {
    const rows = golden.texts.map(read);
    const start = new Float64Array(CLASSES * (width + 1));
    const point = await fitLogistic({ rows, labels: golden.labels }, CLASSES, Number(c), { start, tolerance: 1e-6 });
    golden.unseen.forEach((text, i) => {
      const found = probabilities(point, read(text), CLASSES);
      // Both stop when no gradient is above 1e-6 or less; shares then differ by some times that over the curvature, which is above 1 / (8 C) here.
      for (const [k, share] of (shares[i] as readonly number[]).entries()) expect(Math.abs((found[k] as number) - share), text).toBeLessThan(1e-4);
    });
  });
});

it('columns of one text alone become one', () => {
  const most = new Map<number, number>();
  for (const text of golden.texts) for (const column of tfidf.transform(text).columns) most.set(column, (most.get(column) ?? 0) + 1);
  const shared = [...most.values()].filter((count) => count > 1).length;
  expect(condensed.width).toBeLessThanOrEqual(shared + golden.texts.length);
  expect(condensed.width).toBeLessThan(tfidf.width);
});

it('the baseline tells texts apart by their words, and is the same each time', async () => {
  const texts = Array.from({ length: 30 }, (_, i) => `${['sun and sea', 'snow and ice'][i % 2]} number ${i}`);
  const labels = texts.map((_, i) => i % 2);
  const [first, second] = [await fitTextBaseline(texts, labels, 2), await fitTextBaseline(texts, labels, 2)];
  expect(first.classify('the sun')[0]).toBeGreaterThan(0.6);
  expect(first.classify('some ice')[1]).toBeGreaterThan(0.6);
  // Nothing known: what the biases say, nearly even as the classes are.
  expect(first.classify('!')[0]).toBeCloseTo(0.5, 1);
  expect(second.classify('the sun')).toEqual(first.classify('the sun'));
  expect(first.c).toBe(second.c);
});
