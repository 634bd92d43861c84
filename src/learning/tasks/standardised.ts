import { float32 } from '../../core/index.js';
import type { GraphBuilder, Value } from '../../engine/graph/index.js';
import { type Dataset, samplesOf } from '../data/index.js';
import type { TargetScale } from './losses/index.js';
import type { Task } from './task.js';

/** Mean and standard deviation of each target value of a data set; a value that never varies has the deviation 1. */
export function targetScale(dataset: Dataset): TargetScale {
  const rows = [...samplesOf(dataset)].map(({ label }) => label as readonly number[]);
  const mean = (read: (row: readonly number[], i: number) => number): number[] =>
    Array.from({ length: rows[0]?.length ?? 0 }, (_, i) => rows.reduce((sum, row) => sum + read(row, i), 0) / rows.length);
  const centre = mean((row, i) => row[i] as number);
  const variances = mean((row, i) => ((row[i] as number) - (centre[i] as number)) ** 2);
  return { centre, spread: variances.map((variance) => Math.sqrt(variance) || 1) };
}

/**
 * A task on numbers whose model is trained to say by how many standard deviations they differ from their mean, so that training begins alike whatever
 * their unit; it is measured in their own unit.
 */
export function standardised(task: Task, { centre, spread }: TargetScale): Task {
  const row = (b: GraphBuilder, values: readonly number[], like: Value): Value => b.cast(b.constant(float32([values.length], values)), like.type);
  return { ...task, answer: (b, output) => b.add(b.mul(output, row(b, spread, output)), row(b, centre, output)) };
}
