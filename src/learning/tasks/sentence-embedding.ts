import { correlation } from './embedding/correlation.js';
import { neighbours } from './embedding/neighbours.js';
import { ranking } from './embedding/ranking.js';
import { type Parts, partsReading, scoredPair, singleText, textAndOthers } from './embedding/reading.js';
import type { Prediction } from './prediction.js';
import type { Task } from './task.js';
import type { TextReading } from './text/reading.js';

function embedding(row: Float32Array): Prediction {
  return { kind: 'embedding', values: Array.from(row) };
}

const shared = { name: 'sentence-embedding', content: 'text', decode: embedding } as const satisfies Partial<Task>;

function reading(parts: Parts, more: Partial<TextReading> = {}): TextReading {
  return { ...partsReading(parts), interpret: (_, [row]) => embedding(row as Float32Array), ...more };
}

/** Texts that belong together, or triplets with one that does not: similar ones get vectors of a small angle. */
export const pairEmbedding: Task = {
  ...shared,
  target: 'none',
  targetType: 'int64',
  targetDims: () => [2],
  defaultLoss: { name: 'multiple-negatives-ranking', scale: 20 },
  losses: ['multiple-negatives-ranking', 'triplet'],
  primary: { metric: 'accuracyAt1', better: 'higher' },
  measure: ranking.measure,
  text: reading(textAndOthers, { targetLength: () => 2, score: ranking.score }),
};

/** Two texts and how alike they are, −1 to 1: the cosine of their vectors. */
export const scoreEmbedding: Task = {
  ...shared,
  target: 'values',
  targetType: 'float32',
  targetDims: () => [1],
  defaultLoss: { name: 'cosine-similarity' },
  losses: ['cosine-similarity'],
  primary: { metric: 'spearman', better: 'higher' },
  measure: correlation.measure,
  text: reading(scoredPair, { score: correlation.score }),
};

/** Texts of one class get vectors of a small angle. */
export const classEmbedding: Task = {
  ...shared,
  target: 'classes',
  targetType: 'int64',
  targetDims: () => [],
  defaultLoss: { name: 'supervised-contrastive', temperature: 0.1 },
  losses: ['supervised-contrastive', 'triplet'],
  primary: { metric: 'knnAccuracy', better: 'higher' },
  measure: neighbours.measure,
  text: reading(singleText),
};
