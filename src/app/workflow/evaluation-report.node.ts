import type { Dataset } from '../../learning/data/index.js';
import { answersWithClasses, metricKind, taskOf } from '../../learning/tasks/index.js';
import type { Scored } from '../../learning/training/index.node.js';
import type { BundleInfo } from '../../reuse/bundle/index.js';
import type { ResultTable, Verdict } from '../report/index.node.js';
import type { EvaluateResult } from './evaluation.js';
import { examplesOf } from './run-report.node.js';

/** The HTML report of an evaluation. */
export async function evaluationReport(info: BundleInfo, dataset: Dataset, scored: Scored, result: Omit<EvaluateResult, 'seconds'>): Promise<string> {
  const { renderReport } = await import('../report/index.node.js');
  const isClassification = answersWithClasses(taskOf(info.task, info.target));
  return renderReport({
    title: `Evaluation: ${info.task}`,
    subtitle: `${result.bundle} on ${result.split ? `the ${result.split} data of its run` : result.data}`,
    date: new Date().toISOString(),
    verdict: verdictOf(info, result),
    facts: [
      { label: 'Task', value: info.task },
      { label: 'Base', value: info.base.uri },
      { label: 'Recipe', value: info.recipe },
      { label: 'Samples', value: String(result.samples) },
      { label: 'Left out', value: String(result.skipped.length) },
      { label: 'Trained', value: info.created },
    ],
    results: Object.entries(result.metrics).map(([metric, measured]) => tableOf(metric, measured)),
    curves: [],
    ...(result.confusion && { confusion: result.confusion }),
    examples: isClassification && dataset.kind === 'image' ? await examplesOf(dataset, scored, info.labels) : [],
    notes: [...result.notes, ...result.skipped.map(({ location, reason }) => `Left out ${location}: ${reason}`)],
  });
}

function tableOf(metric: string, { value, interval }: EvaluateResult['metrics'][string]): ResultTable {
  const rows = [{ name: 'this model', role: 'candidate' as const, value, interval }];
  return { title: metric, metric, ...metricKind(metric), rows };
}

function verdictOf(info: BundleInfo, { metrics, samples }: Omit<EvaluateResult, 'seconds'>): Verdict {
  const { metric } = taskOf(info.task, info.target).primary;
  const measured = metrics[metric];
  const [low, high] = measured?.interval ?? [0, 0];
  return {
    tone: 'mixed',
    headline: `${metric} ${measured?.value.toFixed(3)} on ${samples} samples.`,
    points: [`95% interval ${low.toFixed(3)} to ${high.toFixed(3)}.`, 'No baseline was measured beside it: whether transfer paid is not told here.'],
  };
}
