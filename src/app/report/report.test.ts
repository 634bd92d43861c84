import { parseHTML } from 'linkedom';
import { expect, it } from 'vitest';
import type { ReportData, ResultTable } from './data.js';
import { renderReport } from './render.js';
import { judge } from './verdict.js';

const table: ResultTable = {
  title: 'Accuracy on held-out glyphs',
  metric: 'accuracy',
  unit: 'share',
  better: 'higher',
  rows: [
    { name: 'majority class', role: 'baseline', value: 0.11, interval: [0.09, 0.13] },
    { name: 'raw pixels', role: 'baseline', value: 0.48, interval: [0.45, 0.51], seconds: 1.2 },
    { name: 'tap probe', role: 'candidate', value: 0.574, interval: [0.545, 0.603], seeds: [0.57, 0.578], seconds: 75, note: '4 taps' },
  ],
};

const data: ReportData = {
  title: 'Emoji <3 & more',
  subtitle: 'Nine categories',
  date: '2030-01-02T03:04:05Z',
  verdict: judge(table),
  facts: [{ label: 'Base', value: 'npm:nsfwjs' }],
  results: [table],
  curves: [
    {
      title: 'Loss',
      x: 'epoch',
      y: 'loss',
      series: [
        {
          name: 'training',
          points: [
            [0, 2],
            [1, 1.2],
            [2, 0.8],
          ],
        },
        {
          name: 'validation',
          points: [
            [0, 2.1],
            [1, 1.5],
            [2, 1.4],
          ],
        },
      ],
    },
  ],
  confusion: {
    labels: ['cat', 'dog'],
    counts: [
      [8, 2],
      [5, 5],
    ],
  },
  examples: [{ title: 'Wrong', items: [{ image: 'data:image/webp;base64,AA==', prediction: 'cat', confidence: 0.71, truth: 'dog' }] }],
  notes: ['Two seeds.'],
};

const page = renderReport(data);
const { document } = parseHTML(page);

it('is one file: no script, nothing loaded from elsewhere', () => {
  expect(document.querySelectorAll('script, link, iframe').length).toBe(0);
  const sources = [...document.querySelectorAll('[src], [href]')].map((element) => element.getAttribute('src') ?? element.getAttribute('href'));
  expect(sources.every((source) => source?.startsWith('data:'))).toBe(true);
  expect(page).not.toMatch(/url\(|@import/);
});

it('escapes what comes from the data', () => {
  expect(document.querySelector('h1')?.textContent).toBe('Emoji <3 & more');
  expect(page).toContain('<h1>Emoji &lt;3 &amp; more</h1>');
});

it('shows every result with its interval and its time', () => {
  const cells = [...document.querySelectorAll('tr.candidate > *')].map((cell) => cell.textContent?.trim());
  expect(cells).toEqual(['tap probe', '57.4%', '54.5% – 60.3%', '1 min 15 s', '4 taps']);
  expect(document.querySelectorAll('svg[aria-label^="Accuracy on held-out glyphs: majority class 11.0%"]').length).toBe(1);
});

it('draws a line a series and names them', () => {
  const figure = document.querySelector('figure');
  expect(figure?.querySelectorAll('svg [aria-label="line"] path').length).toBe(2);
  expect([...(figure?.querySelectorAll('.legend li') ?? [])].map((item) => item.textContent)).toEqual(['training', 'validation']);
});

it('marks whole steps only', () => {
  const steps = [...document.querySelectorAll('figure [aria-label="x-axis tick label"] text')].map((text) => text.textContent);
  expect(steps).toEqual(['0', '1', '2']);
});

it('says which confusion is the most frequent', () => {
  expect(page).toContain('5 of 10 “dog” were taken for “cat”');
  expect([...document.querySelectorAll('.confusion td')].map((cell) => cell.textContent)).toEqual(['8', '2', '80%', '5', '5', '50%']);
});

it('marks a wrong example and shows the truth', () => {
  expect(document.querySelector('.card.wrong')?.textContent?.replace(/\s+/g, ' ').trim()).toBe('✗ cat 71% sure, but it is dog');
});

it('leaves out the sections that have nothing to show', () => {
  const { confusion: _, ...rest } = data;
  const bare = parseHTML(renderReport({ ...rest, curves: [], examples: [], notes: [], facts: [] })).document;
  expect([...bare.querySelectorAll('h2')].map((heading) => heading.textContent?.trim())).toEqual([
    '✓ Tap probe is better than every baseline.',
    'Accuracy on held-out glyphs',
  ]);
});

it('judges by intervals, and says so when transfer did not help', () => {
  const withCandidate = (value: number, interval: readonly [number, number]): ResultTable => ({
    ...table,
    rows: [...table.rows.slice(0, 2), { name: 'fine-tuning', role: 'candidate', value, interval }],
  });
  expect(judge(table)).toMatchObject({ tone: 'good', headline: 'Tap probe is better than every baseline.' });
  expect(judge(withCandidate(0.5, [0.47, 0.53]))).toMatchObject({ tone: 'mixed', headline: 'Fine-tuning cannot be told apart from raw pixels.' });
  expect(judge(withCandidate(0.3, [0.27, 0.33]))).toMatchObject({
    tone: 'bad',
    headline: 'Transfer did not help: raw pixels is better than every candidate.',
  });
  expect(judge({ ...withCandidate(0.3, [0.27, 0.33]), better: 'lower', metric: 'error' }).tone).toBe('bad');
  expect(judge({ ...table, rows: table.rows.slice(0, 2) }).tone).toBe('mixed');
});
