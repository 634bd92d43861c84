import type { Loss, Task } from '../../src/learning/tasks/index.js';

/** The task `task` with a class for every pixel of outputs `[N, C, height, width]`. */
export function pixelTask(task: Task): Task {
  return { ...task, targetDims: ([, ...pixels]) => pixels };
}

/** Mean cross-entropy of all pixels; every sample of these batches is real. */
export const pixelLoss: Loss = {
  build: (b, { output, target }) => b.op('SoftmaxCrossEntropyLoss', [output, target], { reduction: 'mean' }),
  weight: (_, samples) => samples,
};
