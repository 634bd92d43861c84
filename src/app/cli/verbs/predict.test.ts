import { expect, it } from 'vitest';
import type { Predicted } from '../../workflow/index.node.js';
import { predict } from './predict.js';

const lineOf = (prediction: Predicted): string | undefined =>
  predict.format({ bundle: '', task: 'text-classification', predictions: [prediction], skipped: [], seconds: 1 }, 100).split('\n')[0];

it('shows where a text stands, how it begins and the answer', () => {
  const top = [
    { label: 'packages', probability: 0.75 },
    { label: 'chat', probability: 0.25 },
  ];
  const given = `rpm says\n  that ${'a dependency '.repeat(10)}`;
  expect(lineOf({ input: 'a.csv, line 2', given, label: 'packages', probability: 0.75, top })).toBe(
    'a.csv, line 2  “rpm says that a dependency a dependency a dependency a depe…”  packages 75%  (chat 25%)',
  );
});

it('shows the probability of each of several labels, and entities with their names', () => {
  expect(lineOf({ input: 'x', given: 'a', labels: ['p'], probabilities: { p: 0.9, q: 0.2 } })).toBe('x  “a”  p 90%');
  expect(lineOf({ input: 'x', given: 'a', words: [], entities: [{ label: 'YEAR', start: 0, end: 4, text: '2021' }] })).toBe('x  “a”  2021 (YEAR)');
});
