import { fail, Random } from '../../../core/index.js';
import { allIndices, type Dataset } from '../dataset.js';
import { shuffledUnits, strataOf, type Unit } from './units.js';

export interface FoldOptions {
  /** Number of folds, at least 2. */
  readonly folds: number;
  readonly seed: number;
  /** The samples to divide (default: all). */
  readonly indices?: readonly number[];
}

/**
 * Divides the samples into parts for cross-validation: stratified, seeded, each group in one part, sizes as equal as groups allow.
 * @returns the indices of each part, ascending
 * @throws DATA_SPLIT_TOO_LARGE when there are fewer samples or groups than parts
 */
export function folds(dataset: Dataset, { folds: count, seed, indices = allIndices(dataset) }: FoldOptions): number[][] {
  const units = shuffledUnits(dataset, indices, new Random(seed, 'folds'));
  if (units.length < count) fail('DATA_SPLIT_TOO_LARGE', { wanted: count, available: units.length });
  const parts = Array.from({ length: count }, () => ({ indices: [] as number[], perOutput: strataOf(dataset).map(() => 0) }));
  // Large groups first: small ones then even out what they left uneven.
  for (const unit of units.sort((a, b) => b.indices.length - a.indices.length)) {
    const part = parts.reduce((best, other) => (lessFilled(other, best, unit) ? other : best));
    part.indices.push(...unit.indices);
    for (const label of unit.classes) part.perOutput[label] = (part.perOutput[label] as number) + 1;
  }
  return parts.map((part) => part.indices.sort((a, b) => a - b));
}

interface Part {
  readonly indices: readonly number[];
  readonly perOutput: readonly number[];
}

/** Whether `a` has fewer samples of the unit's classes than `b`, or as many and fewer in all. */
function lessFilled(a: Part, b: Part, unit: Unit): boolean {
  const load = (part: Part): number => unit.classes.reduce((sum, label) => sum + (part.perOutput[label] as number), 0);
  const difference = load(a) - load(b);
  return difference < 0 || (difference === 0 && a.indices.length < b.indices.length);
}
