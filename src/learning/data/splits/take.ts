import type { Unit } from './units.js';

/** A split that names an amount. */
export interface Demand {
  readonly split: string;
  /** Wanted samples of each class. */
  readonly wanted: readonly number[];
  /** Whether the numbers are to be met exactly, by cutting groups. */
  readonly exact: boolean;
}

/** What a split has so far. */
interface Taken {
  readonly units: Unit[];
  /** Samples of each class. */
  readonly counts: number[];
}

/**
 * Takes units out of `free`, for each class in turn, the rarest first, until the split has as many samples as wanted. Where the number
 * must be exact, the last unit of a class is cut to size; otherwise units stay whole.
 * @returns the indices of the samples
 */
export function take(free: Set<Unit>, demand: Demand): number[] {
  const { wanted, exact } = demand;
  const byClass = unitsByClass(free, wanted.length);
  const taken: Taken = { units: [], counts: wanted.map(() => 0) };
  for (const stratum of rarestFirst(wanted)) {
    const candidates = (byClass[stratum] as Unit[]).filter((unit) => free.has(unit));
    if (exact) fillExactly(taken, candidates, free, stratum, wanted[stratum] as number);
    else fillNearly(taken, candidates, free, stratum, wanted[stratum] as number);
  }
  return exact ? firstOfEachClass(taken.units, wanted) : taken.units.flatMap((unit) => unit.indices);
}

function fillExactly(taken: Taken, candidates: readonly Unit[], free: Set<Unit>, stratum: number, wanted: number): void {
  for (const unit of candidates) {
    if ((taken.counts[stratum] as number) >= wanted) return;
    move(unit, free, taken);
  }
}

/** Leaves out units that would overshoot by more than what is missing, and one unit of the class for the other splits. */
function fillNearly(taken: Taken, candidates: readonly Unit[], free: Set<Unit>, stratum: number, wanted: number): void {
  let left = candidates.length;
  for (const unit of candidates) {
    const missing = wanted - (taken.counts[stratum] as number);
    if (missing <= 0 || left <= 1) break;
    if (sizeIn(unit, stratum) > 2 * missing) continue;
    move(unit, free, taken);
    left--;
  }
  const smallest = smallestOf(candidates, stratum);
  if (smallest && wanted > 0 && taken.counts[stratum] === 0) move(smallest, free, taken);
}

function move(unit: Unit, free: Set<Unit>, taken: Taken): void {
  free.delete(unit);
  taken.units.push(unit);
  for (const label of unit.classes) taken.counts[label] = (taken.counts[label] as number) + 1;
}

function unitsByClass(units: Iterable<Unit>, classes: number): Unit[][] {
  const result: Unit[][] = Array.from({ length: classes }, () => []);
  for (const unit of units) for (const label of new Set(unit.classes)) result[label]?.push(unit);
  return result;
}

function sizeIn(unit: Unit, stratum: number): number {
  return unit.classes.reduce((count, label) => count + Number(label === stratum), 0);
}

function smallestOf(units: readonly Unit[], stratum: number): Unit | undefined {
  return units.toSorted((a, b) => sizeIn(a, stratum) - sizeIn(b, stratum))[0];
}

function rarestFirst(wanted: readonly number[]): number[] {
  return [...wanted.keys()].sort((a, b) => (wanted[a] as number) - (wanted[b] as number) || a - b);
}

/** The samples of the units in order, no more of a class than wanted; the others belong to no split. */
function firstOfEachClass(units: readonly Unit[], wanted: readonly number[]): number[] {
  const left = [...wanted];
  const result: number[] = [];
  for (const unit of units) {
    unit.indices.forEach((index, i) => {
      const label = unit.classes[i] as number;
      if ((left[label] as number) <= 0) return;
      left[label] = (left[label] as number) - 1;
      result.push(index);
    });
  }
  return result;
}
