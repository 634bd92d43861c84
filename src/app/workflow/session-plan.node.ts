import type { FreezeSpec } from '../../bases/surgery/index.js';
import { fail } from '../../core/index.js';
import type { Model } from '../../engine/graph/index.js';
import type { Dataset } from '../../learning/data/index.js';
import { answersPerPosition, type Task } from '../../learning/tasks/index.js';
import { isProbe, type Phase, type ProbePhase, phasesOf, planTraining } from '../../learning/training/index.node.js';
import type { DecidedSpec, RunSpec } from '../spec/index.js';

/** @throws RECIPE_CLASSES where a recipe compares samples of a class and there are no classes */
export function checkRecipe({ recipe }: RunSpec, { target }: Dataset): void {
  if (recipe.name === 'setfit' && target.kind !== 'classes') fail('RECIPE_CLASSES', { recipe: recipe.name, actual: target.kind });
}

/** Stands for a rate that is not known yet; what groups state are ratios to it in a sweep. */
const REFERENCE_RATE = 1e-3;

/** @throws PROBE_TOKENS, PROBE_VECTORS, FREEZE_NO_MATCH, GROUP_NO_MATCH, TRAIN_NOTHING, for a later phase before the first one runs */
export function planPhases(
  { recipe, freeze, groups, training }: DecidedSpec,
  task: Task,
  model: Model,
  head: readonly string[],
  trained: readonly string[] | undefined,
): (Phase | ProbePhase)[] {
  const { optimizer, schedule, batchNorm, regularise, earlyStopping, keep, average, steps, epochs } = training;
  checkProbe(recipe, task);
  const phases = phasesOf(recipe, {
    head,
    noProbe: !canProbe(task),
    ...(trained && { trained }),
    freeze: freezeOf(freeze),
    groups,
    length: steps === undefined ? { epochs: epochs ?? 1 } : { steps },
    optimizer: { ...optimizer, lr: optimizer.lr === 'auto' ? REFERENCE_RATE : optimizer.lr },
    schedule: schedule.name === 'plateau' ? { ...schedule, metric: watchedMetric(schedule.metric, task) } : schedule,
    batchNorm: batchNorm === 'adapt' ? 'eval' : batchNorm,
    ...(regularise.l2sp !== undefined && { l2sp: regularise.l2sp }),
    ...(earlyStopping && { earlyStopping: { ...earlyStopping, metric: watchedMetric(earlyStopping.metric, task) } }),
    keep: keep === 'last' ? keep : { best: watchedMetric(earlyStopping ? earlyStopping.metric : 'auto', task) },
    ...(average.name !== 'none' && { average }),
  });
  for (const phase of phases) if (!isProbe(phase)) planTraining(model, phase);
  return phases;
}

/** The loss, unless a task has a metric in its place. */
function watchedMetric(asked: string, task: Task): string {
  if (asked !== 'auto') return asked;
  return answersPerPosition(task) ? task.primary.metric : 'loss';
}

/** A probe is fitted to one vector a sample and says something of each by itself. */
function canProbe(task: Task): boolean {
  return !answersPerPosition(task) && !task.embeds;
}

/** @throws PROBE_TOKENS, PROBE_VECTORS where a probe is asked for and there can be none */
function checkProbe(recipe: RunSpec['recipe'], task: Task): void {
  const isProbe = recipe.name === 'linear-probe' || (recipe.name === 'fine-tune' && recipe.start === 'probe');
  if (isProbe && answersPerPosition(task)) fail('PROBE_TOKENS', { task: task.name });
  if ((isProbe || recipe.name === 'setfit') && task.embeds) fail('PROBE_VECTORS', { task: task.name, recipe: recipe.name });
}

function freezeOf(freeze: RunSpec['freeze']): FreezeSpec {
  if (typeof freeze === 'string') return { kind: freeze };
  if ('until' in freeze) return { kind: 'until', name: freeze.until };
  return 'match' in freeze ? { kind: 'match', pattern: freeze.match } : { kind: 'share', share: freeze.share };
}
