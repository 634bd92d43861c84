import { fail } from '../../core/index.js';
import { type Dataset, type Label, samplesOf, type Target } from '../../learning/data/index.js';
import type { LossSpec, Task } from '../../learning/tasks/index.js';
import type { RunSpec } from '../spec/index.js';
import type { RunData } from './data.node.js';

/** Losses that compare an output with a label. */
function labelLosses({ target }: Task): readonly LossSpec['name'][] {
  const focal = { classes: ['focal'], tags: ['focal'], labels: ['binary-focal'] } as const;
  return ['cross-entropy', 'mse', 'bce', ...(target in focal ? focal[target as keyof typeof focal] : [])];
}

/** @throws LOSS_TASK, LOSS_WEIGHTS, LOSS_UNBALANCED */
export async function lossOf({ training }: RunSpec, task: Task, data: RunData): Promise<LossSpec> {
  const { loss } = training;
  if (loss.name === 'auto') return task.defaultLoss;
  const known = task.losses ?? labelLosses(task);
  if (!known.includes(loss.name)) fail('LOSS_TASK', { loss: loss.name, task: task.name, known: known.join(', ') });
  if (loss.name === 'bce') return binaryLoss(loss.posWeights, data);
  if (!('classWeights' in loss)) return loss;
  const { classWeights, ...rest } =
    task.target === 'masks' && loss.name === 'cross-entropy' ? { ...loss, name: 'pixel-cross-entropy' as const } : loss;
  if (classWeights === 'none') return rest;
  return {
    ...rest,
    classWeights: classWeights === 'balanced' ? await balancedWeights(data.train, data.names.length) : oneEach(classWeights, data.names),
  };
}

function binaryLoss(posWeights: 'none' | 'balanced' | readonly number[], { train, names }: RunData): LossSpec {
  if (posWeights === 'none') return { name: 'bce' };
  return { name: 'bce', posWeights: posWeights === 'balanced' ? balancedPosWeights(train, names.length) : oneEach(posWeights, names) };
}

/** Inverse to how often each class or tag occurs, 1 on average over the samples, words or pixels. @throws LOSS_UNBALANCED where there are none */
async function balancedWeights(dataset: Dataset, classes: number): Promise<number[]> {
  const counts = dataset.target.kind === 'masks' ? await countPixels(dataset, classes) : countLabels(dataset, classes);
  const total = counts.reduce((a, b) => a + b, 0);
  return counts.map((count) => (count > 0 ? total / (classes * count) : 0));
}

function countLabels(dataset: Dataset, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const { label } of samplesOf(dataset)) for (const one of classesOf(label, dataset.target)) counts[one] = (counts[one] ?? 0) + 1;
  return counts;
}

/** Masks that tell how often classes occur: this many, evenly spread, are enough for weights. */
const MASKS = 500;

/** Pixels of each class; masks that cannot be read tell nothing. */
async function countPixels(dataset: Dataset, classes: number): Promise<number[]> {
  const counts = new Array<number>(classes).fill(0);
  const read = Math.min(MASKS, dataset.size);
  for (let i = 0; i < read; i++) {
    const content = await dataset.load(Math.floor((i * dataset.size) / read)).catch(() => undefined);
    if (content?.kind !== 'image') continue;
    for (const label of content.mask?.data ?? []) if (label < classes) counts[label] = (counts[label] as number) + 1;
  }
  return counts;
}

/** @throws LOSS_WEIGHTS */
function oneEach(weights: readonly number[], names: readonly string[]): readonly number[] {
  return weights.length === names.length ? weights : fail('LOSS_WEIGHTS', { weights: weights.length, names: names.length, known: names.join(', ') });
}

/** How often each label does not apply for each time that it does; 1 for one that never does. @throws LOSS_UNBALANCED where samples have no labels */
function balancedPosWeights(dataset: Dataset, labels: number): number[] {
  if (dataset.target.kind !== 'labels') fail('LOSS_UNBALANCED', { target: dataset.target.kind });
  const counts = new Array<number>(labels).fill(0);
  for (const { label } of samplesOf(dataset)) {
    for (const [i, applies] of (label as readonly number[]).entries()) counts[i] = (counts[i] ?? 0) + applies;
  }
  return counts.map((count) => (count > 0 ? (dataset.size - count) / count : 1));
}

function classesOf(label: Label, { kind }: Target): readonly number[] {
  if (kind === 'classes') return [label as number];
  return kind === 'tags' ? ((label ?? []) as readonly number[]) : fail('LOSS_UNBALANCED', { target: kind });
}
