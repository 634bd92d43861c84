import { type Interval, meanInterval } from '../../../trust/evaluation/index.js';
import type { ResultRow, ResultTable } from '../../report/index.js';
import { methodNames, methods } from './methods.js';
import type { DemoResult, Share } from './result.js';
import type { DemoSummary } from './summary.js';

/** Seeds from which the scatter between them says more than the number of images. */
const ENOUGH_SEEDS = 3;

/** The tables of a report: own drawings, the other vendor's, and the committed result of more seeds where this run has fewer. */
export function demoTables(summary: DemoSummary, committed: DemoSummary | undefined): ResultTable[] {
  const own = pair(summary, '');
  return committed === undefined || committed.seeds.length <= summary.seeds.length ? own : [...own, ...pair(committed, 'Committed result: ')];
}

function pair(summary: DemoSummary, prefix: string): ResultTable[] {
  const { data, results } = summary;
  const title = (text: string): string => (prefix === '' ? text : `${prefix}${text.charAt(0).toLowerCase()}${text.slice(1)}`);
  return [
    resultTable(
      title('Held-out drawings'),
      `${data.heldOut} images of the vendor that was trained on. ${about(summary)}`,
      results,
      (result) => result,
    ),
    resultTable(
      title('Another vendor’s drawings'),
      `Trained on ${data.own}, tested on ${data.shifted} drawings by ${data.foreign} of glyphs that were not trained on. ${about(summary)}`,
      results,
      ({ shifted }) => shifted,
    ),
  ];
}

function about({ data, seeds, date, commit }: DemoSummary): string {
  const images = `${data.labelledPerClass} labelled images a class.`;
  if (seeds.length < ENOUGH_SEEDS)
    return `${images} Mean of seeds ${seeds.join(' and ')}; the interval is that of the number of held-out images (Wilson).`;
  const made = `made ${date.slice(0, 10)}${commit === undefined ? '' : ` from ${commit}`}`;
  return `${images} Mean of ${seeds.length} seeds, ${made}; the interval is that of the mean over the seeds (Student’s t).`;
}

/** One row a method over all seeds, in the order of the methods. */
function resultTable(title: string, description: string, results: readonly DemoResult[], pick: (result: DemoResult) => Share): ResultTable {
  const rows = methodNames.flatMap((name): ResultRow[] => {
    const own = results.filter(({ method }) => method === name);
    if (own.length === 0) return [];
    const picked = own.map(pick);
    const { mean, interval } = meanInterval(picked.map(({ accuracy }) => accuracy));
    return [
      {
        name,
        ...methods[name],
        value: mean,
        interval: own.length < ENOUGH_SEEDS ? averageInterval(picked.map((share) => share.interval)) : within(interval),
        seeds: picked.map(({ accuracy }) => accuracy),
        seconds: own.reduce((sum, { seconds }) => sum + seconds, 0) / own.length,
      },
    ];
  });
  return { title, description, metric: 'accuracy', unit: 'share', better: 'higher', rows };
}

function averageInterval(intervals: readonly Interval[]): Interval {
  const mean = (end: 0 | 1): number => intervals.reduce((sum, interval) => sum + interval[end], 0) / intervals.length;
  return [mean(0), mean(1)];
}

function within([low, high]: Interval): Interval {
  return [Math.max(0, low), Math.min(1, high)];
}
