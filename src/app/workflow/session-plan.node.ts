import type { FreezeSpec } from '../../bases/surgery/index.js';
import { fail } from '../../core/index.js';
import type { Model } from '../../engine/graph/index.js';
import { type Dataset, type Label, samplesOf, type Target } from '../../learning/data/index.js';
import {
  answersWithVectors,
  type LossSpec,
  standardised,
  type TargetScale,
  type Task,
  targetScale,
  withoutCosines,
} from '../../learning/tasks/index.js';
import { isProbe, type Phase, type ProbePhase, phasesOf, planTraining } from '../../learning/training/index.node.js';
import type { RunSpec } from '../spec/index.js';
import type { RunData } from './data.node.js';

/** @throws RECIPE_CLASSES where a recipe compares samples of a class and there are no classes */
export function checkRecipe({ recipe }: RunSpec, { target }: Dataset): void {
  if (recipe.name === 'setfit' && target.kind !== 'classes') fail('RECIPE_CLASSES', { recipe: recipe.name, actual: target.kind });
}

/** Losses that compare an output with a label. */
const LABEL_LOSSES: readonly LossSpec['name'][] = ['cross-entropy', 'mse', 'bce'];

/** The scale on which a new head learns numbers by their squared error; undefined for anything else. */
export function scaleOf({ head, training: { loss } }: RunSpec, task: Task, train: Dataset): TargetScale | undefined {
  const isRegression = task.target === 'values' && !answersWithVectors(task) && head.name !== 'keep';
  return isRegression && (loss.name === 'auto' || loss.name === 'mse') ? targetScale(train) : undefined;
}

/** A task as its training has it: numbers on a scale of their own, vectors with their cosines behind them. */
export function trainedTask({ training: { loss } }: RunSpec, task: Task, { names }: RunData, scale: TargetScale | undefined): Task {
  if (scale) return standardised(task, scale);
  return loss.name === 'arcface' ? withoutCosines(task, names.length) : task;
}

/** @param scale of the targets. @throws LOSS_TASK */
export function lossOf({ training }: RunSpec, task: Task, data: RunData, scale?: TargetScale): LossSpec {
  const { loss } = training;
  if (scale) return { name: 'mse', scale };
  if (loss.name === 'auto') return task.defaultLoss;
  const known = task.losses ?? LABEL_LOSSES;
  if (!known.includes(loss.name)) fail('LOSS_TASK', { loss: loss.name, task: task.name, known: known.join(', ') });
  if (loss.name === 'arcface') return { ...loss, classes: data.names.length };
  if (loss.name === 'triplet' && task.target === 'classes') return { name: 'batch-hard-triplet', margin: loss.margin };
  if (loss.name !== 'cross-entropy') return loss;
  const { labelSmoothing, classWeights } = loss;
  if (classWeights === 'none') return { name: 'cross-entropy', labelSmoothing };
  return {
    name: 'cross-entropy',
    labelSmoothing,
    classWeights: classWeights === 'balanced' ? balancedWeights(data.train, data.names.length) : classWeights,
  };
}

/** @throws PROBE_TOKENS, PROBE_VECTORS, FREEZE_NO_MATCH, GROUP_NO_MATCH, TRAIN_NOTHING, for a later phase before the first one runs */
export function planPhases(
  { recipe, freeze, groups, training }: RunSpec,
  task: Task,
  model: Model,
  head: readonly string[],
  trained: readonly string[] | undefined,
): (Phase | ProbePhase)[] {
  const { optimizer, schedule, batchNorm, earlyStopping, steps, epochs } = training;
  checkProbe(recipe, task);
  const phases = phasesOf(recipe, {
    head,
    noProbe: !canProbe(task),
    ...(trained && { trained }),
    freeze: freezeOf(freeze),
    groups,
    length: steps === undefined ? { epochs: epochs ?? 1 } : { steps },
    optimizer,
    schedule,
    batchNorm,
    ...(earlyStopping && { earlyStopping: { ...earlyStopping, metric: stoppingMetric(earlyStopping.metric, task) } }),
  });
  for (const phase of phases) if (!isProbe(phase)) planTraining(model, phase);
  return phases;
}

/** The loss, unless a task has a metric in its place. */
function stoppingMetric(asked: string, { text, primary }: Task): string {
  if (asked !== 'auto') return asked;
  return text?.unit === 'token' ? primary.metric : 'loss';
}

/** A probe is fitted to one vector a sample and says something of each by itself. */
function canProbe(task: Task): boolean {
  return task.text?.unit !== 'token' && !task.embeds;
}

/** @throws PROBE_TOKENS, PROBE_VECTORS where a probe is asked for and there can be none */
function checkProbe(recipe: RunSpec['recipe'], { name, text, embeds }: Task): void {
  const isProbe = recipe.name === 'linear-probe' || (recipe.name === 'fine-tune' && recipe.start === 'probe');
  if (isProbe && text?.unit === 'token') fail('PROBE_TOKENS', { task: name });
  if ((isProbe || recipe.name === 'setfit') && embeds) fail('PROBE_VECTORS', { task: name, recipe: recipe.name });
}

function freezeOf(freeze: RunSpec['freeze']): FreezeSpec {
  if (typeof freeze === 'string') return { kind: freeze };
  if ('until' in freeze) return { kind: 'until', name: freeze.until };
  return 'match' in freeze ? { kind: 'match', pattern: freeze.match } : { kind: 'share', share: freeze.share };
}

/** Inverse to how often each class or tag occurs, 1 on average over the samples or words. @throws LOSS_UNBALANCED where there are neither */
function balancedWeights(dataset: Dataset, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const { label } of samplesOf(dataset)) for (const one of classesOf(label, dataset.target)) counts[one] = (counts[one] ?? 0) + 1;
  const total = counts.reduce((a, b) => a + b, 0);
  return counts.map((count) => (count > 0 ? total / (classes * count) : 0));
}

function classesOf(label: Label, { kind }: Target): readonly number[] {
  if (kind === 'classes') return [label as number];
  return kind === 'tags' ? ((label ?? []) as readonly number[]) : fail('LOSS_UNBALANCED', { target: kind });
}
