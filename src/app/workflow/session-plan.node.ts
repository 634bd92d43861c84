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
const LABEL_LOSSES: readonly LossSpec['name'][] = ['cross-entropy', 'mse', 'bce'];

/** @throws LOSS_TASK */
export function lossOf({ training }: RunSpec, task: Task, data: RunData): LossSpec {
  const { loss } = training;
  if (loss.name === 'auto') return task.defaultLoss;
  const known = task.losses ?? LABEL_LOSSES;
  if (!known.includes(loss.name)) fail('LOSS_TASK', { loss: loss.name, task: task.name, known: known.join(', ') });
  if (loss.name !== 'cross-entropy') return loss;
  const { labelSmoothing, classWeights } = loss;
  if (classWeights === 'none') return { name: 'cross-entropy', labelSmoothing };
  return {
    name: 'cross-entropy',
    labelSmoothing,
    classWeights: classWeights === 'balanced' ? balancedWeights(data.train, data.names.length) : classWeights,
  };
}

/** @throws PROBE_TOKENS, FREEZE_NO_MATCH, GROUP_NO_MATCH, TRAIN_NOTHING, for a later phase before the first one runs */
export function planPhases(
  { recipe, freeze, groups, training }: RunSpec,
  task: Task,
  model: Model,
  head: readonly string[],
  trained: readonly string[] | undefined,
): (Phase | ProbePhase)[] {
  const { optimizer, schedule, batchNorm, regularise, earlyStopping, steps, epochs } = training;
  checkProbe(recipe, task);
  const phases = phasesOf(recipe, {
    head,
    perToken: task.text?.unit === 'token',
    ...(trained && { trained }),
    freeze: freezeOf(freeze),
    groups,
    length: steps === undefined ? { epochs: epochs ?? 1 } : { steps },
    optimizer,
    schedule,
    batchNorm: batchNorm === 'adapt' ? 'eval' : batchNorm,
    ...(regularise.l2sp !== undefined && { l2sp: regularise.l2sp }),
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
