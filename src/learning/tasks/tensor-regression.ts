import type { Prediction } from './prediction.js';
import type { Measure, Predictions, Task } from './task.js';

/**
 * Mean squared error (`loss`) and its root, and mean absolute error, over all target values; the coefficient of determination R², mean over the
 * columns. Where the values of a column are all the same, its R² is 1 without any error and otherwise 0, as in scikit-learn.
 */
function measure(predictions: Predictions): Measure {
  const { width } = predictions;
  return (drawn) => {
    const columns = Array.from({ length: width }, (_, column) => momentsOf(predictions, column, drawn));
    const mean = (read: (moments: Moments) => number): number => columns.reduce((sum, moments) => sum + read(moments), 0) / width;
    const loss = mean(({ squared }) => squared) / drawn.length;
    return { loss, rmse: Math.sqrt(loss), mae: mean(({ absolute }) => absolute) / drawn.length, r2: mean(determination) };
  };
}

/** Root mean squared and mean absolute error and R² of each target value. */
function perOutput(predictions: Predictions): readonly Readonly<Record<string, number>>[] {
  const size = predictions.outputs.length / predictions.width;
  const all = Int32Array.from({ length: size }, (_, row) => row);
  return Array.from({ length: predictions.width }, (_, column) => {
    const moments = momentsOf(predictions, column, all);
    return { rmse: Math.sqrt(moments.squared / size), mae: moments.absolute / size, r2: determination(moments) };
  });
}

interface Moments {
  /** Sum of squared errors. */
  readonly squared: number;
  /** Sum of absolute errors. */
  readonly absolute: number;
  /** Sum of squared deviations of the targets from their mean. */
  readonly spread: number;
}

function momentsOf({ outputs, width, targets }: Predictions, column: number, drawn: Int32Array): Moments {
  const at = (row: number): number => row * width + column;
  let [squared, absolute, sum, squares] = [0, 0, 0, 0];
  // Measured from one of the targets, so that their spread is exactly 0 where they are all the same.
  const origin = targets[at(drawn[0] ?? 0)] ?? 0;
  for (const row of drawn) {
    const target = targets[at(row)] as number;
    const error = (outputs[at(row)] as number) - target;
    squared += error * error;
    absolute += Math.abs(error);
    sum += target - origin;
    squares += (target - origin) ** 2;
  }
  return { squared, absolute, spread: squares - sum ** 2 / drawn.length };
}

/** R². */
function determination({ squared, spread }: Moments): number {
  if (spread > 0) return 1 - squared / spread;
  return squared === 0 ? 1 : 0;
}

function decode(row: Float32Array, names: readonly string[]): Prediction {
  return { kind: 'values', values: Object.fromEntries(Array.from(row, (value, i) => [names[i] ?? String(i), value])) };
}

/** What tasks with one or more numbers a sample share. */
export const regression = {
  target: 'values',
  targetType: 'float32',
  targetDims: (output) => output,
  defaultLoss: { name: 'mse' },
  primary: { metric: 'rmse', better: 'lower' },
  measure,
  perOutput,
  decode,
} as const satisfies Omit<Task, 'content' | 'name'>;

/** One or more numbers a sample, whose inputs are given as tensors named after the graph's inputs. */
export const tensorRegression: Task = { ...regression, name: 'tensor-regression', content: 'tensors' };
