import { type Predictions, type Task, argMax } from '../../learning/tasks/index.js';
import { bootstrapInterval, type Interval, wilsonInterval } from './interval.js';

/** A metric with its 95% interval. */
export interface Measured {
  readonly value: number;
  readonly interval: Interval;
}

/** All metrics of a task with their intervals: Wilson's for accuracy, bootstrap for the rest. */
export function measure(task: Task, predictions: Predictions): Record<string, Measured> {
  const { targets, outputs, width } = predictions;
  const perSample = task.target === 'classes' ? 1 : width;
  const size = targets.length / perSample;
  return Object.fromEntries(
    Object.entries(task.metrics(predictions)).map(([name, value]) => {
      if (name === 'accuracy') return [name, { value, interval: wilsonInterval(Math.round(value * size), size) }];
      const statistic = (drawn: Int32Array): number => task.metrics(resample(predictions, drawn, perSample))[name] as number;
      return [name, { value, interval: bootstrapInterval(size, statistic, { resamples: outputs.length > 2e5 ? 200 : 1000 }) }];
    }),
  );
}

function resample({ outputs, width, targets }: Predictions, drawn: Int32Array, perSample: number): Predictions {
  const picked = { outputs: new Float32Array(drawn.length * width), width, targets: new Float64Array(drawn.length * perSample) };
  drawn.forEach((from, to) => {
    picked.outputs.set(outputs.subarray(from * width, (from + 1) * width), to * width);
    picked.targets.set(targets.subarray(from * perSample, (from + 1) * perSample), to * perSample);
  });
  return picked;
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
