import { imageClassification } from './image-classification.js';
import type { Task } from './task.js';
import { tensorClassification } from './tensor-classification.js';
import { tensorRegression } from './tensor-regression.js';

/** Every task by the name a spec uses; one file and one row add one. */
export const tasks = {
  'image-classification': imageClassification,
  'tensor-classification': tensorClassification,
  'tensor-regression': tensorRegression,
} as const satisfies Readonly<Record<string, Task>>;

export type TaskName = keyof typeof tasks;

export { argMax, classPrediction, softmax } from './classification.js';
export { createLoss, type Loss, type LossInputs, type LossSpec } from './losses/index.js';
export type { Prediction, Predictions, Task } from './task.js';
