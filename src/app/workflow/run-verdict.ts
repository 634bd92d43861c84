import type { Task } from '../../learning/tasks/index.js';
import type { ResultRow, ResultTable, Verdict } from '../report/index.js';
import type { Measurements } from './evaluation.js';
import type { RunRecord } from './run-folder.node.js';

const MISMATCH =
  'What the base learnt elsewhere is of little use here: take a base that was trained on data more like this, or none (recipe: scratch), or the simpler method.';

/**
 * What the numbers of a run say: against its baselines where it has some, by the metric that decides and on the data that decides, the test data if there is any.
 * @param judge compares the rows of a table
 */
export function runVerdict(
  { metrics = {}, baselines = [], spec }: Pick<RunRecord, 'metrics' | 'baselines' | 'spec'>,
  { primary: { metric, better } }: Pick<Task, 'primary'>,
  judge: (table: ResultTable) => Verdict,
): Verdict {
  const split = ['test', 'validation'].find((name) => metrics[name]?.[metric]);
  if (split === undefined) {
    return {
      tone: 'mixed',
      headline: 'Nothing was held out, so nobody knows how good this model is.',
      points: ['Set data.validation or data.test.'],
    };
  }
  const compared = baselines.flatMap(({ name, metrics: reached }) => rowOf(name, 'baseline', reached, split, metric));
  if (compared.length === 0) {
    return {
      tone: 'mixed',
      headline: 'Trained and measured on held-out data.',
      points: [...measuredPoints(metrics, metric), 'No baseline was trained beside it: whether transfer paid is not measured here.'],
    };
  }
  const rows = [...rowOf(spec.recipe.name, 'candidate', metrics, split, metric), ...compared];
  const verdict = judge({ title: metric, metric: `${metric} on ${split}`, unit: metric === 'accuracy' ? 'share' : 'number', better, rows });
  const mismatch = verdict.tone === 'bad' ? [MISMATCH] : [];
  return { ...verdict, points: [...verdict.points, ...mismatch, ...baselines.map(({ about }) => about)] };
}

function rowOf(name: string, role: ResultRow['role'], metrics: Measurements, split: string, metric: string): ResultRow[] {
  const measured = metrics[split]?.[metric];
  return measured ? [{ name, role, ...measured }] : [];
}

function measuredPoints(metrics: Measurements, metric: string): string[] {
  return Object.entries(metrics).flatMap(([split, values]) => {
    const measured = values[metric];
    const ends = measured?.interval.map((end) => end.toFixed(3)).join(' to ');
    return measured ? [`${metric} on ${split}: ${measured.value.toFixed(3)}, 95% interval ${ends}.`] : [];
  });
}
