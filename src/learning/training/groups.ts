import { findParameters, frozenBy, regularExpression } from '../../bases/surgery/index.js';
import { fail } from '../../core/index.js';
import type { Model } from '../../engine/graph/index.js';
import type { GroupSpec, Phase } from './phase.js';
import type { Trainable } from './step.js';

/** What a phase trains, and at which rates. */
export interface TrainingPlan {
  readonly trainable: readonly Trainable[];
  /** The learning rates there are; a parameter's `group` is the position of its own. */
  readonly rates: readonly number[];
}

/**
 * Resolves a phase's freezing and groups against a model's parameters.
 * @throws FREEZE_NO_MATCH, GROUP_NO_MATCH, TRAIN_NOTHING
 */
export function planTraining(model: Model, phase: Phase): TrainingPlan {
  const { freeze, groups, optimizer } = phase;
  const parameters = findParameters(model.graph);
  const frozen = frozenBy(freeze, model.graph, parameters);
  const groupOf = grouping(groups);
  const rates: number[] = [];
  const trainable: Trainable[] = [];
  const used = new Set<GroupSpec>();
  for (const { name } of parameters) {
    const group = groupOf(name);
    if (group) used.add(group);
    if (frozen.has(name) || group?.frozen) continue;
    const rate = group?.lr ?? optimizer.lr * slowness(phase, name);
    if (!rates.includes(rate)) rates.push(rate);
    trainable.push({ name, group: rates.indexOf(rate), weightDecay: group?.weightDecay ?? optimizer.weightDecay });
  }
  const unmatched = groups.find((group) => !used.has(group));
  if (unmatched) fail('GROUP_NO_MATCH', { match: unmatched.match, example: parameters[0]?.name ?? '' });
  if (trainable.length === 0) fail('TRAIN_NOTHING', { frozen: frozen.size });
  return { trainable, rates };
}

/** The first group that matches a name. */
function grouping(groups: readonly GroupSpec[]): (name: string) => GroupSpec | undefined {
  const patterns = groups.map((group) => ({ group, pattern: regularExpression(group.match) }));
  return (name) => patterns.find(({ pattern }) => pattern.test(name))?.group;
}

function slowness({ slow }: Phase, name: string): number {
  return slow === undefined || slow.except.includes(name) ? 1 : slow.factor;
}
