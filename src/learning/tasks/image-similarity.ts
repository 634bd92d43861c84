import { retrieval } from './embedding/retrieval.js';
import type { Task } from './task.js';

/** Images of one class get vectors of a small angle. */
export const imageSimilarity: Task = {
  name: 'image-similarity',
  content: 'image',
  target: 'classes',
  targetType: 'int64',
  targetDims: () => [],
  embeds: true,
  defaultLoss: { name: 'supervised-contrastive', temperature: 0.1 },
  losses: ['supervised-contrastive', 'triplet', 'arcface'],
  primary: { metric: 'meanAveragePrecision', better: 'higher' },
  measure: retrieval.measure,
  decode: (row) => ({ kind: 'embedding', values: Array.from(row) }),
};

/** A task that answers with vectors `[N, D]` where the model's output `[N, D + C]` holds, behind each, its cosines with the centres of C classes. */
export function withoutCosines(task: Task, classes: number): Task {
  return { ...task, answer: (b, output) => b.slice(output, [0], [(output.dims[1] as number) - classes], [1]) };
}
