import type { Measure, Prediction, Predictions, Task } from './task.js';

/** Mean squared error (`loss`) and its root, mean absolute error, and the coefficient of determination R² over all target values. */
function measure({ outputs, width, targets }: Predictions): Measure {
  return (drawn) => {
    const moments = { squared: 0, absolute: 0, sum: 0, squares: 0 };
    for (const row of drawn) {
      for (let i = row * width; i < (row + 1) * width; i++) {
        const target = targets[i] as number;
        const error = (outputs[i] as number) - target;
        moments.squared += error * error;
        moments.absolute += Math.abs(error);
        moments.sum += target;
        moments.squares += target * target;
      }
    }
    const count = drawn.length * width;
    const loss = moments.squared / count;
    return { loss, rmse: Math.sqrt(loss), mae: moments.absolute / count, r2: 1 - moments.squared / (moments.squares - moments.sum ** 2 / count) };
  };
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
  measure,
  decode,
};
