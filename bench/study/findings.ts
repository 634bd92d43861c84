import type { Gain, Row, StudyResult } from './result.js';

/** What pays and what does not, as the intervals say it. */
export function findings({ rows, gains }: Pick<StudyResult, 'rows' | 'gains'>): string {
  const [pays, costs, open] = [
    gains.filter(({ interval: [low] }) => low > 0),
    gains.filter(({ interval: [, high] }) => high < 0),
    gains.filter(isOpen),
  ];
  return `## What it says

The best of each, by the mean:

${bestOf(rows).map(bestLine).join('\n')}

Surely better (the whole interval is above 0):

${lines(pays)}

Surely worse:

${lines(costs)}

Not told apart by these draws:

${lines(open)}
`;
}

function isOpen({ interval: [low, high] }: Gain): boolean {
  return low <= 0 && high >= 0;
}

/** The row with the highest mean of each data set and size. */
function bestOf(rows: readonly Row[]): Row[] {
  const best = new Map<string, Row>();
  for (const row of rows.filter(({ study }) => study !== 'rates')) {
    const key = `${row.study}/${row.data}/${row.size}`;
    if (row.score > (best.get(key)?.score ?? 0)) best.set(key, row);
  }
  return [...best.values()];
}

function bestLine({ study, data, size, method, score }: Row): string {
  return `- ${study}, ${data}, ${size}: ${method}, ${(100 * score).toFixed(1)}%`;
}

/** One line for two methods on one data set, sizes together. */
function lines(gains: readonly Gain[]): string {
  if (gains.length === 0) return '- nothing';
  const together = new Map<string, string[]>();
  for (const { data, size, method, over, mean } of gains) {
    const key = `${data}: ${method} than ${over}`;
    together.set(key, [...(together.get(key) ?? []), `${(100 * mean).toFixed(1)} points with ${size}`]);
  }
  return [...together].map(([key, found]) => `- ${key}: ${found.join(', ')}`).join('\n');
}
