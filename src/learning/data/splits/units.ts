import type { Random } from '../../../core/index.js';
import { countClasses } from '../classes.js';
import type { Dataset } from '../dataset.js';

/** Samples that stay together: a group, or one sample without a group. */
export interface Unit {
  readonly indices: readonly number[];
  /** Class of each sample; 0 for all when the data has no classes. */
  readonly classes: readonly number[];
}

/** The units of a data set in random order. */
export function shuffledUnits(dataset: Dataset, indices: readonly number[], random: Random): Unit[] {
  const units: Unit[] = [];
  const groups = new Map<string, { indices: number[]; classes: number[] }>();
  for (const index of indices) {
    const { group, label } = dataset.sample(index);
    const existing = group === undefined ? undefined : groups.get(group);
    const unit = existing ?? { indices: [], classes: [] };
    unit.indices.push(index);
    unit.classes.push(dataset.target.kind === 'classes' ? (label as number) : 0);
    if (existing) continue;
    units.push(unit);
    if (group !== undefined) groups.set(group, unit);
  }
  return random.shuffle(units);
}

/** Names of the classes the units are balanced by; one nameless class when there are none. */
export function strataOf(dataset: Dataset): readonly string[] {
  return dataset.target.kind === 'classes' ? dataset.target.names : ['(all)'];
}

/** Number of samples of each class among `indices`. */
export function countStrata(dataset: Dataset, indices: readonly number[]): number[] {
  return dataset.target.kind === 'classes' ? countClasses(dataset, indices) : [indices.length];
}
