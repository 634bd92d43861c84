import type { Dataset } from '../../learning/data/index.js';
import { answersWithClasses, argMax, metricKind, softmax } from '../../learning/tasks/index.js';
import type { Scored } from '../../learning/training/index.node.js';
import { confusionMatrix } from '../../trust/evaluation/index.js';
import type { Confusion, Curve, ExampleGroup, Fact, ReportData, ResultRow, ResultTable } from '../report/index.node.js';
import { remarksOf } from './data.node.js';
import type { Measurements } from './evaluation.js';
import type { MetricsLine, RunFolder, RunRecord } from './run-folder.node.js';
import { runVerdict } from './run-verdict.js';
import type { Session } from './session.node.js';

/** Images shown of the right and of the wrong predictions each. */
const SHOWN = 12;

/** Writes `report.html` of a finished run; `scored` is what it was worth on its test data, else on its validation data. */
export async function writeRunReport(session: Session, folder: RunFolder, record: RunRecord, scored: Scored | undefined): Promise<void> {
  // Charts take most of a second to load, which only a report is worth.
  const { judge, renderReport } = await import('../report/index.node.js');
  const heldOut = session.data.test ?? session.data.validation;
  const isClassification = answersWithClasses(session.task);
  const report: ReportData = {
    title: `${session.spec.task}: ${session.spec.recipe.name}`,
    subtitle: `On ${record.base.uri}`,
    date: record.finished ?? record.started,
    verdict: runVerdict(record, session.task, judge),
    facts: factsOf(record),
    results: resultTables(session, record),
    curves: curvesOf(await folder.metrics(), session.task.primary.metric),
    ...(scored && isClassification && { confusion: confusionOf(scored, session.data.names) }),
    findings: record.watch ?? [],
    examples: scored && heldOut && isClassification && heldOut.kind === 'image' ? await examplesOf(heldOut, scored, session.data.names) : [],
    notes: [
      ...(record.reasons ?? []),
      ...session.notes,
      ...remarksOf(session.data),
      ...(record.skipped ?? []).map(({ id, reason }) => `Left out ${id}: ${reason}`),
    ],
  };
  await folder.write('report.html', renderReport(report));
}

function factsOf({ spec, base, data, machine, versions }: RunRecord): Fact[] {
  return [
    { label: 'Task', value: spec.task },
    { label: 'Base', value: base.uri },
    { label: 'Licence of the base', value: base.licence ?? 'not stated' },
    { label: 'Training samples', value: String(data.samples) },
    { label: 'Recipe', value: spec.recipe.name },
    { label: 'Seed', value: String(spec.seed) },
    { label: 'Machine', value: `${machine['cpu']}, ${machine['cores']} cores` },
    {
      label: 'Versions',
      value: Object.entries(versions)
        .map((entry) => entry.join(' '))
        .join(', '),
    },
  ];
}

function resultTables({ spec }: Session, { metrics = {}, baselines = [] }: RunRecord): ResultTable[] {
  const names = [...new Set(Object.values(metrics).flatMap((values) => Object.keys(values)))];
  return names.map((metric) => ({
    title: metric,
    metric,
    ...metricKind(metric),
    rows: [
      ...rowsOf(spec.recipe.name, 'candidate', metrics, metric),
      ...baselines.flatMap((baseline) => rowsOf(baseline.name, 'baseline', baseline.metrics, metric)),
    ],
  }));
}

/** A row for each split that has the metric. */
function rowsOf(name: string, role: ResultRow['role'], metrics: Measurements, metric: string): ResultRow[] {
  return Object.entries(metrics).flatMap(([split, values]) => {
    const measured = values[metric];
    return measured ? [{ name: `${name}, ${split}`, role, value: measured.value, interval: measured.interval }] : [];
  });
}

/** The loss, and where that is another the metric that decides. */
function curvesOf(lines: readonly MetricsLine[], primary: string): Curve[] {
  const losses = lines.flatMap((line) => ('loss' in line ? [[line.step, line.loss] as const] : []));
  const evaluations = lines.flatMap((line) => ('metrics' in line ? [line] : []));
  const points = (name: string) => evaluations.flatMap(({ step, metrics }) => (metrics[name] === undefined ? [] : [[step, metrics[name]] as const]));
  const decisive = points(primary);
  const loss = {
    title: 'Loss',
    x: 'step',
    y: 'loss',
    series: [series('training', losses), series('validation', points('loss'))].filter(({ points }) => points.length > 0),
  };
  const other = { title: titled(primary), x: 'step', y: primary, series: [series('validation', decisive)] };
  return [...(losses.length > 0 ? [loss] : []), ...(decisive.length > 0 ? [other] : [])];
}

function titled(metric: string): string {
  return metric.charAt(0).toUpperCase() + metric.slice(1);
}

function series(name: string, points: readonly (readonly [number, number])[]): Curve['series'][number] {
  return { name, points };
}

/** The confusion matrix of an evaluation, for a report. */
export function confusionOf({ predictions }: Scored, names: readonly string[]): Confusion {
  const labels = Array.from({ length: predictions.width }, (_, i) => names[i] ?? String(i));
  return { labels, counts: confusionMatrix(predictions) };
}

/** A sample as a small picture, whatever file it comes from. */
async function pictureOf(dataset: Dataset, index: number): Promise<string> {
  const { thumbnail } = await import('../report/index.node.js');
  const content = await dataset.load(index);
  return content.kind === 'image' ? thumbnail(content.image) : '';
}

/** Right and wrong predictions with their pictures: the most confident of each. */
export async function examplesOf(dataset: Dataset, { predictions, indices }: Scored, names: readonly string[]): Promise<ExampleGroup[]> {
  const { outputs, width, targets } = predictions;
  const all = indices.map((index, row) => {
    const probabilities = softmax(outputs.subarray(row * width, (row + 1) * width));
    const guess = argMax(probabilities);
    return { index, guess, truth: targets[row] as number, confidence: probabilities[guess] as number };
  });
  const group = async (title: string, chosen: typeof all): Promise<ExampleGroup> => ({
    title,
    items: await Promise.all(
      chosen
        .sort((a, b) => b.confidence - a.confidence)
        .slice(0, SHOWN)
        .map(async ({ index, guess, truth, confidence }) => ({
          image: await pictureOf(dataset, index),
          prediction: names[guess] ?? String(guess),
          truth: names[truth] ?? String(truth),
          confidence,
        })),
    ),
  });
  const wrong = all.filter(({ guess, truth }) => guess !== truth);
  const right = all.filter(({ guess, truth }) => guess === truth);
  return Promise.all([group('Most confident mistakes', wrong), group('Most confident right answers', right)]);
}
