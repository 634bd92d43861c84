import { Random } from '../../../core/index.js';

/** What fold building needs to know of a sample. */
export interface FoldMember {
  /** Class index, or `undefined` for regression. */
  readonly label: number | undefined;
  readonly group: string | undefined;
}

/**
 * Fold number of each sample, 0 … folds − 1: every class is spread evenly, and a group is never on both sides.
 */
export function assignFolds(members: readonly FoldMember[], folds: number, seed: number): number[] {
  const units = new Map<string, number[]>();
  members.forEach(({ group }, index) => {
    const key = group === undefined ? `sample ${index}` : `group ${group}`;
    units.set(key, [...(units.get(key) ?? []), index]);
  });
  const result = new Array<number>(members.length).fill(0);
  const dealt = new Map<number | undefined, number>();
  for (const unit of new Random(seed, 'folds').shuffle([...units.values()])) {
    const label = members[unit[0] as number]?.label;
    const count = dealt.get(label) ?? 0;
    dealt.set(label, count + 1);
    for (const index of unit) result[index] = count % folds;
  }
  return result;
}
