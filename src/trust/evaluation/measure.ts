import { fail } from '../../core/index.js';
import { argMax, type Predictions, type Task } from '../../learning/tasks/index.js';
import { bootstrapIntervals, type Interval, wilsonInterval } from './interval.js';

/** A metric with its 95% interval. */
export interface Measured {
  readonly value: number;
  readonly interval: Interval;
}

/** All metrics of a task with their intervals: Wilson's for accuracy, bootstrap for the rest. @throws METRIC_NOT_FINITE */
export function measure(task: Task, predictions: Predictions): Record<string, Measured> {
  const size = predictions.outputs.length / predictions.width;
  const statistics = task.measure(predictions);
  const values = statistics(Int32Array.from({ length: size }, (_, i) => i));
  for (const [metric, value] of Object.entries(values))
    if (!Number.isFinite(value)) fail('METRIC_NOT_FINITE', { metric, value: String(value), samples: size });
  const intervals = bootstrapIntervals(size, statistics);
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const interval = name === 'accuracy' ? wilsonInterval(Math.round(value * size), size) : (intervals[name] as Interval);
      return [name, { value, interval }];
    }),
  );
}

/** How often each true class (row) was taken for each class (column). */
export function confusionMatrix({ outputs, width, targets }: Predictions): number[][] {
  const counts = Array.from({ length: width }, () => new Array<number>(width).fill(0));
  targets.forEach((target, i) => {
    const row = counts[target] as number[];
    const guess = argMax(outputs.subarray(i * width, (i + 1) * width));
    row[guess] = (row[guess] as number) + 1;
  });
  return counts;
}
