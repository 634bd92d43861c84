import { expect, it } from 'vitest';
import { taskOf } from '../../learning/tasks/index.js';
import { judge } from '../report/index.js';
import { resolveSpec } from '../spec/index.js';
import { runVerdict } from './run-verdict.js';

const spec = resolveSpec({ task: 'text-classification', base: './encoder', data: { train: './texts.csv' }, recipe: 'fine-tune' }, { specDir: '/' });
const textClassification = taskOf('text-classification');
const measured = (value: number, interval: readonly [number, number]) => ({
  accuracy: { value, interval },
  loss: { value: 1, interval: [0, 2] as const },
});
const words = (value: number, interval: readonly [number, number]) => [
  { name: 'words alone', about: 'What it is.', metrics: { test: measured(value, interval) } },
];

it.each([
  ['good', 0.9, [0.85, 0.95], 'Fine-tune is better than every baseline.'],
  ['mixed', 0.8, [0.7, 0.86], 'Fine-tune cannot be told apart from words alone.'],
  ['bad', 0.5, [0.4, 0.6], 'Transfer did not help: words alone is better than every candidate.'],
] as const)('%s where the intervals say so', (tone, value, interval, headline) => {
  const validation = measured(0, [0, 0]);
  const verdict = runVerdict(
    { spec, metrics: { validation, test: measured(value, interval) }, baselines: words(0.75, [0.65, 0.84]) },
    textClassification,
    judge,
  );
  expect(verdict).toMatchObject({ tone, headline });
  expect(verdict.points.at(-1)).toBe('What it is.');
  expect(verdict.points.some((point) => point.includes('recipe: scratch'))).toBe(tone === 'bad');
  expect(verdict.points[0]).toContain(`accuracy on test ${(value * 100).toFixed(1)}%`);
});

it('says that nothing was held out, or nothing is compared with', () => {
  expect(runVerdict({ spec, metrics: {}, baselines: [] }, textClassification, judge).headline).toContain('Nothing was held out');
  expect(runVerdict({ spec, metrics: { validation: measured(0.5, [0.4, 0.6]) } }, textClassification, judge).points).toEqual([
    'accuracy on validation: 0.500, 95% interval 0.400 to 0.600.',
    expect.stringContaining('No baseline was trained beside it'),
  ]);
});
