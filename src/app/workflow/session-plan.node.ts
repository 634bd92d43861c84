import type { FreezeSpec } from '../../bases/surgery/index.js';
import { fail } from '../../core/index.js';
import type { Model } from '../../engine/graph/index.js';
import { type Dataset, type Label, samplesOf, type Target } from '../../learning/data/index.js';
import type { LossSpec, Task } from '../../learning/tasks/index.js';
import { isProbe, type Phase, type ProbePhase, phasesOf, planTraining } from '../../learning/training/index.node.js';
import type { RunSpec } from '../spec/index.js';
import type { RunData } from './data.node.js';

/** @throws RECIPE_CLASSES where a recipe compares samples of a class and there are no classes */
export function checkRecipe({ recipe }: RunSpec, { target }: Dataset): void {
  if (recipe.name === 'setfit' && target.kind !== 'classes') fail('RECIPE_CLASSES', { recipe: recipe.name, actual: target.kind });
}

/** Losses that compare an output with a label. */
function labelLosses({ target }: Task): readonly LossSpec['name'][] {
  const focal = { classes: ['focal'], tags: ['focal'], labels: ['binary-focal'] } as const;
  return ['cross-entropy', 'mse', 'bce', ...(target in focal ? focal[target as keyof typeof focal] : [])];
}

/** @throws LOSS_TASK */
export function lossOf({ training }: RunSpec, task: Task, data: RunData): LossSpec {
  const { loss } = training;
  if (loss.name === 'auto') return task.defaultLoss;
  const known = task.losses ?? labelLosses(task);
  if (!known.includes(loss.name)) fail('LOSS_TASK', { loss: loss.name, task: task.name, known: known.join(', ') });
  if (!('classWeights' in loss)) return loss;
  const { classWeights, ...rest } = loss;
  if (classWeights === 'none') return rest;
  return { ...rest, classWeights: classWeights === 'balanced' ? balancedWeights(data.train, data.names.length) : classWeights };
}

/** Stands for a rate that is not known yet; what groups state are ratios to it in a sweep. */
const REFERENCE_RATE = 1e-3;

/** @throws PROBE_TOKENS, FREEZE_NO_MATCH, GROUP_NO_MATCH, TRAIN_NOTHING, for a later phase before the first one runs */
export function planPhases(
  { recipe, freeze, groups, training }: RunSpec,
  task: Task,
  model: Model,
  head: readonly string[],
  trained: readonly string[] | undefined,
): (Phase | ProbePhase)[] {
  const { optimizer, schedule, batchNorm, earlyStopping, keep, average, steps, epochs } = training;
  checkProbe(recipe, task);
  const phases = phasesOf(recipe, {
    head,
    perToken: task.text?.unit === 'token',
    ...(trained && { trained }),
    freeze: freezeOf(freeze),
    groups,
    length: steps === undefined ? { epochs: epochs ?? 1 } : { steps },
    optimizer: { ...optimizer, lr: optimizer.lr === 'auto' ? REFERENCE_RATE : optimizer.lr },
    schedule: schedule.name === 'plateau' ? { ...schedule, metric: watchedMetric(schedule.metric, task) } : schedule,
    batchNorm,
    ...(earlyStopping && { earlyStopping: { ...earlyStopping, metric: watchedMetric(earlyStopping.metric, task) } }),
    keep: keep === 'last' ? keep : { best: watchedMetric(earlyStopping ? earlyStopping.metric : 'auto', task) },
    ...(average.name !== 'none' && { average }),
  });
  for (const phase of phases) if (!isProbe(phase)) planTraining(model, phase);
  return phases;
}

/** The loss, unless a task has a metric in its place. */
function watchedMetric(asked: string, { text, primary }: Task): string {
  if (asked !== 'auto') return asked;
  return text?.unit === 'token' ? primary.metric : 'loss';
}

/** A probe is fitted to one vector a sample. @throws PROBE_TOKENS where each token has one and a probe is asked for */
function checkProbe(recipe: RunSpec['recipe'], { name, text }: Task): void {
  const isProbe = recipe.name === 'linear-probe' || (recipe.name === 'fine-tune' && recipe.start === 'probe');
  if (isProbe && text?.unit === 'token') fail('PROBE_TOKENS', { task: name });
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
