import { findParameters, frozenBy, regularExpression } from '../../bases/surgery/index.js';
import { fail } from '../../core/index.js';
import type { Model } from '../../engine/graph/index.js';
import type { Phase } from './phase.js';
import type { Trainable } from './step.js';

/** What a phase trains: its parameters and the learning rate of each group. */
export interface TrainingPlan {
  readonly trainable: readonly Trainable[];
  /** Rate of each group; the last group holds what no other matches. */
  readonly rates: readonly number[];
}

/**
 * Resolves a phase's freezing and groups against a model's parameters.
 * @throws FREEZE_NO_MATCH, GROUP_NO_MATCH, TRAIN_NOTHING
 */
export function planTraining(model: Model, { freeze, groups, optimizer }: Phase): TrainingPlan {
  const parameters = findParameters(model.graph);
  const frozen = frozenBy(freeze, model.graph, parameters);
  const patterns = groups.map(({ match }) => regularExpression(match));
  const used = new Set<number>();
  const trainable: Trainable[] = [];
  for (const { name } of parameters) {
    const found = patterns.findIndex((pattern) => pattern.test(name));
    const group = found < 0 ? groups.length : found;
    used.add(group);
    if (frozen.has(name) || groups[group]?.frozen) continue;
    trainable.push({ name, group, weightDecay: groups[group]?.weightDecay ?? optimizer.weightDecay });
  }
  const unmatched = groups.findIndex((_, index) => !used.has(index));
  if (unmatched >= 0) fail('GROUP_NO_MATCH', { match: groups[unmatched]?.match ?? '', example: parameters[0]?.name ?? '' });
  if (trainable.length === 0) fail('TRAIN_NOTHING', { frozen: frozen.size });
  return { trainable, rates: [...groups.map(({ lr }) => lr ?? optimizer.lr), optimizer.lr] };
}
