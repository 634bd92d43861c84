import { findParameters, frozenBy, type Parameter, parameterHint, regularExpression } from '../../bases/surgery/index.js';
import { fail } from '../../core/index.js';
import type { Model } from '../../engine/graph/index.js';
import { layerRates } from './layer-rates.js';
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
  const { freeze, groups, optimizer, held = [], slow, l2sp } = phase;
  const parameters = findParameters(model.graph);
  const frozen = new Set([...frozenBy(freeze, model.graph, parameters), ...held]);
  const groupOf = grouping(groups, parameters);
  const factorOf = layerRates(model.graph, parameters, slow);
  const rates: number[] = [];
  const trainable: Trainable[] = [];
  for (const { name } of parameters) {
    const group = groupOf(name);
    if (frozen.has(name) || group?.frozen) continue;
    const rate = group?.lr ?? optimizer.lr * factorOf(name);
    if (!rates.includes(rate)) rates.push(rate);
    const isPulled = l2sp !== undefined && group?.weightDecay === undefined && !l2sp.except.includes(name);
    const decay = isPulled
      ? { weightDecay: l2sp.strength, decaysTo: 'start' as const }
      : { weightDecay: group?.weightDecay ?? optimizer.weightDecay };
    trainable.push({ name, group: rates.indexOf(rate), ...decay });
  }
  if (trainable.length === 0) fail('TRAIN_NOTHING', { frozen: frozen.size });
  return { trainable, rates };
}

/**
 * The first group that matches a name.
 * @throws GROUP_NO_MATCH for a group that holds no parameter, or a pattern of one that matches none
 */
function grouping(groups: readonly GroupSpec[], parameters: readonly Parameter[]): (name: string) => GroupSpec | undefined {
  const compiled = groups.map((group) => ({ group, patterns: [group.match].flat().map(regularExpression) }));
  const groupOf = (name: string): GroupSpec | undefined => compiled.find(({ patterns }) => patterns.some((pattern) => pattern.test(name)))?.group;
  const used = new Set(parameters.map(({ name }) => groupOf(name)));
  for (const { group, patterns } of compiled) {
    const idle = patterns.find((pattern) => !parameters.some(({ name }) => pattern.test(name))) ?? (used.has(group) ? undefined : patterns[0]);
    if (idle) fail('GROUP_NO_MATCH', { match: idle.source, hint: parameterHint(idle.source, parameters), example: parameters[0]?.name ?? '' });
  }
  return groupOf;
}
