import { type Interval, meanInterval } from '../../../trust/evaluation/index.js';
import { judge, type ResultRow, type ResultTable, type Verdict } from '../../report/index.js';
import type { DemoResult } from './result.js';

/** What `summary.json` holds. */
export interface DemoSummary {
  readonly format: 1;
  readonly base: string;
  readonly data: {
    readonly own: string;
    readonly foreign: string;
    readonly labelledPerClass: number;
    readonly heldOut: number;
    readonly shifted: number;
  };
  readonly seeds: readonly number[];
  readonly results: readonly DemoResult[];
  /** Rate that training from scratch chose, and the seconds that choosing took beyond its own. */
  readonly scratch: { readonly rate: number; readonly choiceSeconds: number };
  readonly versions: Readonly<Record<string, string>>;
  readonly machine: Readonly<Record<string, string | number>>;
  readonly seconds: number;
  readonly date: string;
}

const ROLES: Readonly<Record<string, ResultRow['role']>> = {
  'majority class': 'reference',
  'raw pixels': 'baseline',
  'from scratch': 'baseline',
  'last-layer probe': 'candidate',
  'tap probe': 'candidate',
  'fine-tuning': 'candidate',
};

/**
 * One row a method over all seeds. The interval is the wider of two: that of the held-out samples, averaged over the seeds, and that of the
 * mean over the seeds (Student's t), which for two seeds says little.
 */
function resultTable(
  title: string,
  description: string,
  results: readonly DemoResult[],
  pick: (result: DemoResult) => Pick<DemoResult, 'accuracy' | 'interval'>,
): ResultTable {
  const methods = [...new Set(results.map(({ method }) => method))];
  const rows = methods.map((method): ResultRow => {
    const own = results.filter((result) => result.method === method);
    const picked = own.map(pick);
    const { mean, interval } = meanInterval(picked.map(({ accuracy }) => accuracy));
    return {
      name: method,
      role: ROLES[method] ?? 'reference',
      value: mean,
      interval: own.length < 3 ? averageInterval(picked.map((one) => one.interval)) : interval,
      seeds: picked.map(({ accuracy }) => accuracy),
      seconds: own.reduce((sum, { seconds }) => sum + seconds, 0) / own.length,
    };
  });
  return { title, description, metric: 'accuracy', unit: 'share', better: 'higher', rows };
}

function averageInterval(intervals: readonly Interval[]): Interval {
  const mean = (end: 0 | 1): number => intervals.reduce((sum, interval) => sum + interval[end], 0) / intervals.length;
  return [mean(0), mean(1)];
}

/** The tables of a report: own drawings, the other vendor's, and the committed result of more seeds. */
export function demoTables(summary: DemoSummary, committed: DemoSummary | undefined): ResultTable[] {
  const { data, results, seeds } = summary;
  const share = `${data.labelledPerClass} labelled images a class; seeds ${seeds.join(' and ')}; intervals by the number of held-out images.`;
  const tables = [
    resultTable('Held-out drawings of the same vendor', `${data.heldOut} images. ${share}`, results, (result) => result),
    resultTable(
      'Another vendor’s drawings',
      `${data.shifted} images of glyphs that were not trained on. ${share}`,
      results,
      ({ shifted }) => shifted,
    ),
  ];
  if (committed === undefined) return tables;
  const of = `Committed result of ${committed.seeds.length} seeds, ${committed.date.slice(0, 10)}; intervals over the seeds by Student’s t.`;
  return [
    ...tables,
    resultTable('Same vendor, more seeds', of, committed.results, (result) => result),
    resultTable('Another vendor, more seeds', of, committed.results, ({ shifted }) => shifted),
  ];
}

/** What the numbers say, and how fine-tuning did beside the probe of the same features. */
export function demoVerdict(tables: readonly ResultTable[]): Verdict {
  const [own] = tables;
  if (own === undefined) return { tone: 'mixed', headline: 'Nothing was measured.', points: [] };
  const verdict = judge(own);
  const [tuned, probe] = ['fine-tuning', 'tap probe'].map((name) => own.rows.find((row) => row.name === name));
  if (!tuned || !probe) return verdict;
  const difference = (100 * (tuned.value - probe.value)).toFixed(1);
  const apart = tuned.interval[0] > probe.interval[1] || tuned.interval[1] < probe.interval[0];
  const point = `Fine-tuning gives ${difference} points beside the probe of the same layers${apart ? '.' : ', which these intervals cannot tell from nothing.'}`;
  return { ...verdict, points: [...verdict.points, point] };
}
