import type { Gain, Row, StudyResult } from './result.js';

/** How a study's tables are headed. */
export interface Heading {
  readonly title: string;
  /** What a score is called. */
  readonly score: string;
  /** What a size counts. */
  readonly size: string;
}

/** The tables of one of the studies of a result: its rows, and what is compared. */
export function studyTables(result: Pick<StudyResult, 'rows' | 'gains'>, study: string, { title, score, size }: Heading): string {
  const rows = result.rows.filter((row) => row.study === study);
  if (rows.length === 0) return '';
  const withGains = result.gains.filter((gain) => gain.study === study);
  const table = [
    `## ${title}`,
    '',
    `| data | ${size} | method | ${score} | 95% | trained parameters | time |`,
    '|---|---|---|---|---|---|---|',
    ...rows.map(rowLine),
    '',
  ];
  if (withGains.length === 0) return table.join('\n');
  const gains = [`| data | ${size} | method | more than | by | 95% |`, '|---|---|---|---|---|---|', ...withGains.map(gainLine), ''];
  return [...table, ...gains].join('\n');
}

function rowLine({ data, size, method, score, interval, parameters, seconds, seeds }: Row): string {
  const range = seeds > 1 ? interval.map(percent).join(' – ') : '';
  return `| ${data} | ${size} | ${method} | ${percent(score)} | ${range} | ${parameters.toLocaleString('en')} | ${seconds.toFixed(1)} s |`;
}

function gainLine({ data, size, method, over, mean, interval }: Gain): string {
  return `| ${data} | ${size} | ${method} | ${over} | ${points(mean)} | ${interval.map(points).join(' – ')} |`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)}%`;
}

function points(share: number): string {
  return `${share < 0 ? '−' : '+'}${Math.abs(100 * share).toFixed(1)}`;
}
