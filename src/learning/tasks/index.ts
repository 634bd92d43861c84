import type { Target } from '../data/index.js';
import { causalLanguageModelling } from './causal-language-modelling.js';
import { imageClassification, imageLabelling } from './image-classification.js';
import { imageRegression } from './image-regression.js';
import { imageSimilarity } from './image-similarity.js';
import { maskedLanguageModelling } from './masked-language-modelling.js';
import { questionAnswering } from './question-answering.js';
import { semanticSegmentation } from './semantic-segmentation.js';
import { classEmbedding, pairEmbedding, scoreEmbedding } from './sentence-embedding.js';
import type { Task } from './task.js';
import { tensorClassification } from './tensor-classification.js';
import { tensorRegression } from './tensor-regression.js';
import { textClassification, textLabelling } from './text-classification.js';
import { pairClassification, pairRegression } from './text-pair.js';
import { tokenClassification } from './token-classification.js';

/** Every task by the name a spec uses, in as many forms as there are kinds of labels for it, the usual one first; one file and one row add one. */
const tasks = {
  'image-classification': [imageClassification, imageLabelling],
  'image-regression': [imageRegression],
  'image-similarity': [imageSimilarity],
  'semantic-segmentation': [semanticSegmentation],
  'tensor-classification': [tensorClassification],
  'tensor-regression': [tensorRegression],
  'text-classification': [textClassification, textLabelling],
  'masked-language-modelling': [maskedLanguageModelling],
  'causal-language-modelling': [causalLanguageModelling],
  'question-answering': [questionAnswering],
  'token-classification': [tokenClassification],
  'sentence-embedding': [pairEmbedding, scoreEmbedding, classEmbedding],
  'text-pair': [pairClassification, pairRegression],
} as const satisfies Readonly<Record<string, readonly [Task, ...Task[]]>>;

export type TaskName = keyof typeof tasks;
export const taskNames = Object.keys(tasks) as [TaskName, ...TaskName[]];

/** The kinds of labels that a task takes. */
export function targetsOf(name: TaskName): readonly Target['kind'][] {
  return tasks[name].map((task) => task.target);
}

/** A task in the form for a kind of labels; the usual form where none is for these. */
export function taskOf(name: TaskName, target?: Target['kind']): Task {
  const [usual, ...others] = tasks[name];
  return others.find((task) => task.target === target) ?? usual;
}

export { argMax, classPrediction, softmax } from './classification.js';
export { nearest } from './embedding/nearest.js';
export { withoutCosines } from './image-similarity.js';
export { createLoss, type Loss, type LossInputs, type LossSpec, type TargetScale } from './losses/index.js';
export { meanOver } from './losses/loss.js';
export { metricKind } from './metrics.js';
export { AveragedRows } from './pixels/average.js';
export { Enlarged } from './pixels/enlarge.js';
export type { Prediction } from './prediction.js';
export { maskPrediction } from './semantic-segmentation.js';
export { standardised, targetScale } from './standardised.js';
export { answersPerPosition, answersWithClasses, answersWithVectors, type Predictions, type Task } from './task.js';
export { type TextInputSlot, textSlots } from './text/layout.js';
export type { EncodeContext, TextReading } from './text/reading.js';
export { textInputs } from './text/text-inputs.js';
