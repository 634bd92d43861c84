import type { Measured } from '../../../trust/evaluation/index.js';
import { flatten } from './flatten.js';

export type DiffKind = 'spec' | 'run' | 'bundle';

/** What a spec, a run or a bundle says of itself; what it does not know is left out. */
export interface Facts {
  readonly path: string;
  readonly kind: DiffKind;
  /** The resolved spec, or what of it is recorded. */
  readonly spec: Readonly<Record<string, unknown>>;
  /** Whether a dotted key of the spec would be there if it had been written: a bundle records a part of it. */
  readonly records: (key: string) => boolean;
  /** Hashes of base and training data. */
  readonly sources?: Readonly<Record<string, unknown>>;
  readonly versions?: Readonly<Record<string, string>>;
  readonly machine?: Readonly<Record<string, string | number>>;
  /** By split and metric. */
  readonly metrics?: Readonly<Record<string, Readonly<Record<string, Measured>>>>;
  /** From the start of a run to its end. */
  readonly seconds?: number;
}

/** A value that differs; the side that lacks it is left out. */
export interface Difference {
  readonly key: string;
  readonly a?: unknown;
  readonly b?: unknown;
}

export interface MetricDifference {
  readonly split: string;
  readonly metric: string;
  readonly a?: Measured;
  readonly b?: Measured;
  /** B − A, where both have it. */
  readonly difference?: number;
  /** Whether the 95% intervals overlap, where both have one. */
  readonly overlap?: boolean;
}

/** Values that differ, in the order of A, then of B. */
export function differences(a: unknown, b: unknown): Difference[] {
  const [left, right] = [new Map(flatten(a)), new Map(flatten(b))];
  return [...new Set([...left.keys(), ...right.keys()])]
    .filter((key) => JSON.stringify(left.get(key)) !== JSON.stringify(right.get(key)))
    .map((key) => ({ key, ...(left.has(key) && { a: left.get(key) }), ...(right.has(key) && { b: right.get(key) }) }));
}

/** What differs in the parts of a spec that both sides record. */
export function specDifferences(a: Facts, b: Facts): Difference[] {
  return differences(a.spec, b.spec).filter(({ key }) => a.records(key) && b.records(key));
}

/** Metrics that differ in value or interval, split by split. */
export function metricDifferences(a: Facts['metrics'] = {}, b: Facts['metrics'] = {}): MetricDifference[] {
  const splits = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return splits.flatMap((split) => {
    const names = [...new Set([...Object.keys(a[split] ?? {}), ...Object.keys(b[split] ?? {})])];
    return names.map((metric) => compared(split, metric, a[split]?.[metric], b[split]?.[metric])).filter((one) => !isSame(one));
  });
}

function compared(split: string, metric: string, a: Measured | undefined, b: Measured | undefined): MetricDifference {
  const both = a && b && { difference: b.value - a.value, overlap: overlap(a.interval, b.interval) };
  return { split, metric, ...(a && { a }), ...(b && { b }), ...both };
}

function overlap([lowA, highA]: Measured['interval'], [lowB, highB]: Measured['interval']): boolean {
  return Math.max(lowA, lowB) <= Math.min(highA, highB);
}

function isSame({ a, b }: MetricDifference): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
