import type { Prediction, Predictions, Task } from './task.js';

/** Mean squared error (`loss`) and its root, mean absolute error, and the coefficient of determination R² over all target values. */
function metrics({ outputs, targets }: Predictions): Record<string, number> {
  const mean = targets.reduce((a, b) => a + b, 0) / targets.length;
  let squared = 0;
  let absolute = 0;
  let variance = 0;
  targets.forEach((target, i) => {
    const error = (outputs[i] as number) - target;
    squared += error * error;
    absolute += Math.abs(error);
    variance += (target - mean) ** 2;
  });
  return { loss: squared / targets.length, rmse: Math.sqrt(squared / targets.length), mae: absolute / targets.length, r2: 1 - squared / variance };
}

function decode(row: Float32Array, names: readonly string[]): Prediction {
  return { kind: 'values', values: Object.fromEntries(Array.from(row, (value, i) => [names[i] ?? String(i), value])) };
}

/** One or more numbers a sample, whose inputs are given as tensors named after the graph's inputs. */
export const tensorRegression: Task = {
  content: 'tensors',
  target: 'values',
  targetType: 'float32',
  defaultLoss: { name: 'mse' },
  primary: { metric: 'rmse', better: 'lower' },
  metrics,
  decode,
};
