import { fail } from '../../core/index.js';
import { type Average, type ModelInputs, type ViewsName, viewedInputs } from '../../learning/data/index.js';
import { softmax } from '../../learning/tasks/index.js';
import type { BundleInfo } from './info.js';
import type { BundleReading } from './reading.js';

/**
 * How a bundle's model reads several views of each image, whose answers are averaged: probabilities where it gives any, else values.
 * @param rows rows of a batch at most
 * @throws TTA_TASK
 */
export function viewsOf({ task, inputs }: BundleReading, { preprocessing, activation }: BundleInfo, views: ViewsName, rows: number): ModelInputs {
  const isAveraged = task.target === 'classes' || task.target === 'labels' || task.target === 'values';
  if (task.content !== 'image' || preprocessing === undefined || !isAveraged) return fail('TTA_TASK', { views, task: task.name });
  const kind = activation === 'logits' && task.target !== 'values' ? task.target : 'values';
  return viewedInputs({ dims: inputs.dims, steps: preprocessing, views, average: averages[kind], rows });
}

/** The average of answers, in the form of the answers. */
const averages: Readonly<Record<'classes' | 'labels' | 'values', Average>> = {
  classes: (rows) => meanOf(rows.map(softmax)).map((probability) => Math.log(Math.max(probability, SMALLEST))),
  labels: (rows) => meanOf(rows.map((row) => Float64Array.from(row, (logit) => 1 / (1 + Math.exp(-logit))))).map(logitOf),
  values: meanOf,
};

/** Single precision has no smaller one of full accuracy. */
const SMALLEST = 1e-38;

function logitOf(probability: number): number {
  return Math.log(Math.max(probability, SMALLEST)) - Math.log(Math.max(1 - probability, SMALLEST));
}

function meanOf(rows: readonly ArrayLike<number>[]): Float32Array {
  const width = rows[0]?.length ?? 0;
  return Float32Array.from({ length: width }, (_, i) => rows.reduce((sum, row) => sum + (row[i] as number), 0) / rows.length);
}
