import type { Prediction } from './prediction.js';
import type { Measure, Predictions, Task } from './task.js';

/**
 * Mean squared error (`loss`) and its root, mean absolute error, and the coefficient of determination R² over all target values. Where
 * these are all the same, R² is 1 without any error and otherwise 0, as in scikit-learn.
 */
function measure({ outputs, width, targets }: Predictions): Measure {
  return (drawn) => {
    const moments = { squared: 0, absolute: 0, sum: 0, squares: 0 };
    // Measured from one of the targets, so that their spread is exactly 0 where they are all the same.
    const origin = targets[(drawn[0] ?? 0) * width] ?? 0;
    for (const row of drawn) {
      for (let i = row * width; i < (row + 1) * width; i++) {
        const target = targets[i] as number;
        const error = (outputs[i] as number) - target;
        moments.squared += error * error;
        moments.absolute += Math.abs(error);
        moments.sum += target - origin;
        moments.squares += (target - origin) ** 2;
      }
    }
    const count = drawn.length * width;
    const loss = moments.squared / count;
    const spread = moments.squares - moments.sum ** 2 / count;
    return { loss, rmse: Math.sqrt(loss), mae: moments.absolute / count, r2: determination(moments.squared, spread) };
  };
}

/** R² from the sum of squared errors and that of squared deviations from the mean. */
function determination(squared: number, spread: number): number {
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
  decode,
} as const satisfies Omit<Task, 'content' | 'name'>;

/** One or more numbers a sample, whose inputs are given as tensors named after the graph's inputs. */
export const tensorRegression: Task = { ...regression, name: 'tensor-regression', content: 'tensors' };
