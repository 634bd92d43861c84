import { resolve } from 'node:path';
import { fail } from '../../core/index.js';
import { alignTarget, type Columns, type Dataset, hashDataset, SkipLog, type ViewsName } from '../../learning/data/index.js';
import { openDataset, writeFileAtomically } from '../../learning/data/index.node.js';
import { answersWithClasses, classIoUs, taskOf } from '../../learning/tasks/index.js';
import type { Scored } from '../../learning/training/index.node.js';
import { type LoadedBundle, loadBundle } from '../../reuse/bundle/index.node.js';
import { measure } from '../../trust/evaluation/index.js';
import type { WorkflowContext } from './context.js';
import { openRunData } from './data.node.js';
import type { EvaluateResult } from './evaluation.js';
import { evaluationReport } from './evaluation-report.node.js';
import { RunFolder, type RunRecord } from './run-folder.node.js';
import { confusionOf } from './run-report.node.js';
import { scoreBundle } from './score.js';

export interface EvaluateRequest {
  /** A finished run, or a bundle: its folder or a `.zip` of it. */
  readonly target: string;
  /** Labelled data; default: what the run held out. */
  readonly data?: string;
  /** Which of the run's held-out splits; default: the test data, else the validation data. */
  readonly split?: 'validation' | 'test';
  /** Which column of `data` is what, for tables; default: as in the run. */
  readonly columns?: Columns;
  /** Views of each image whose answers are averaged: test-time augmentation. */
  readonly tta?: ViewsName;
  /** Where to write an HTML report. */
  readonly report?: string;
}

/** Labelled data that a bundle is measured on. */
interface EvaluationData {
  readonly dataset: Dataset;
  readonly split: EvaluateResult['split'];
  readonly maxSkippedShare: number;
  readonly notes: readonly string[];
  close(): Promise<void>;
}

/**
 * Measures a trained model on labelled data, classes aligned by name: metrics with 95% intervals and the confusion matrix.
 * @throws EVALUATE_NO_DATA, EVALUATE_SPLIT, EVALUATE_SPLIT_DATA, DATA_NO_LABELS, DATA_LABEL_UNKNOWN, DATA_TARGETS_DIFFER, BUNDLE_ errors
 */
export async function evaluate(request: EvaluateRequest, context: WorkflowContext = {}): Promise<EvaluateResult> {
  const began = performance.now();
  const bundle = await loadBundle(request.target);
  try {
    const data = await openData(request, bundle);
    try {
      for (const text of data.notes) context.events?.emit('note', { text });
      const skips = new SkipLog(data.dataset.size, data.maxSkippedShare);
      const scored = await scoreBundle(bundle, data.dataset, { skips, views: request.tta }, context);
      const result = resultOf(request, bundle, data, scored, skips);
      if (request.report !== undefined) await writeReport(request.report, bundle, data.dataset, scored, result);
      return { ...result, seconds: (performance.now() - began) / 1000 };
    } finally {
      await data.close();
    }
  } finally {
    await bundle.close();
  }
}

async function openData(request: EvaluateRequest, bundle: LoadedBundle): Promise<EvaluationData> {
  const record = await recordOf(request.target);
  const { info } = bundle;
  if (request.data === undefined) return heldOutData(request, record);
  if (request.split !== undefined) fail('EVALUATE_SPLIT_DATA', {});
  const { format, columns, masks } = record?.spec.data ?? {};
  const { content, target } = taskOf(info.task, info.target);
  const { path: _, ...howMasksAreRead } = masks ?? {};
  const source = {
    path: request.data,
    content,
    target,
    classes: info.labels,
    columns: request.columns ?? (columns as Columns | undefined) ?? {},
    masks: howMasksAreRead,
  };
  const sameKind = format !== undefined && resolve(request.data) === record?.spec.data.train;
  const opened = await openDataset({ ...source, ...(sameKind && { format }) }, info.decode && { decode: info.decode });
  try {
    if (opened.target.kind === 'none' && target !== 'none') fail('DATA_NO_LABELS', { data: opened.name });
    const dataset = alignTarget(opened, target === 'none' ? { kind: target } : { kind: target, names: info.labels });
    return { dataset, split: undefined, maxSkippedShare: record?.spec.data.maxSkippedShare ?? 0.2, notes: [], close: () => opened.close() };
  } catch (error) {
    await opened.close();
    throw error;
  }
}

async function recordOf(target: string): Promise<RunRecord | undefined> {
  const folder = await RunFolder.open(target).catch(() => undefined);
  return folder?.record();
}

/** What the run held out. @throws EVALUATE_NO_DATA, EVALUATE_SPLIT */
async function heldOutData({ target, split }: EvaluateRequest, record: RunRecord | undefined): Promise<EvaluationData> {
  if (record === undefined) fail('EVALUATE_NO_DATA', { target, reason: 'A bundle does not hold the data it was trained on.' });
  const data = await openRunData(record.spec);
  try {
    const chosen = split ?? (data.test ? 'test' : 'validation');
    const dataset = data[chosen];
    if (dataset === undefined && split !== undefined) fail('EVALUATE_SPLIT', { target, split });
    if (dataset === undefined) fail('EVALUATE_NO_DATA', { target, reason: 'Its specification holds nothing out.' });
    const notes = (await hasChanged(data.train, record))
      ? ['The data has changed since the run: some of what is held out now may have been trained on.']
      : [];
    return { dataset, split: chosen, maxSkippedShare: record.spec.data.maxSkippedShare, notes, close: data.close };
  } catch (error) {
    await data.close();
    throw error;
  }
}

/** A share of data that changed is another share; a path of its own is not. */
async function hasChanged(train: Dataset, { data, spec }: RunRecord): Promise<boolean> {
  const isShare = typeof spec.data.validation === 'number' || typeof spec.data.test === 'number';
  return isShare && (await hashDataset(train)) !== data.sha256;
}

function resultOf(
  { target, tta, report }: EvaluateRequest,
  { info }: LoadedBundle,
  { dataset, split, notes }: EvaluationData,
  scored: Scored,
  skips: SkipLog,
): Omit<EvaluateResult, 'seconds'> {
  return {
    bundle: target,
    data: dataset.name,
    split,
    tta,
    samples: scored.indices.length,
    metrics: measure(taskOf(info.task, info.target), scored.predictions),
    confusion: answersWithClasses(taskOf(info.task, info.target)) ? confusionOf(scored, info.labels) : undefined,
    ...(taskOf(info.task, info.target).target === 'masks' && { classIoUs: namedIoUs(scored, info.labels) }),
    skipped: skips.skips.map(({ location, reason }) => ({ location, reason })),
    notes,
    report,
  };
}

function namedIoUs({ predictions }: Scored, labels: readonly string[]): NonNullable<EvaluateResult['classIoUs']> {
  const found = classIoUs(predictions);
  return labels.map((label, index) => ({ label, ...(found[index] !== undefined && { iou: found[index] }) }));
}

async function writeReport(
  path: string,
  { info }: LoadedBundle,
  dataset: Dataset,
  scored: Scored,
  result: Omit<EvaluateResult, 'seconds'>,
): Promise<void> {
  const text = await evaluationReport(info, dataset, scored, result);
  await writeFileAtomically(path, [new TextEncoder().encode(text)]);
}
