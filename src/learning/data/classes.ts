import { fail } from '../../core/index.js';
import { type Dataset, mapSamples, type Target } from './dataset.js';

/** Orders names by Unicode code point, whatever the locale of the machine. */
export function byCodePoint(a: string, b: string): number {
  const left = a[Symbol.iterator]();
  const right = b[Symbol.iterator]();
  while (true) {
    const x = left.next();
    const y = right.next();
    if (x.done || y.done) return Number(Boolean(y.done)) - Number(Boolean(x.done));
    if (x.value !== y.value) return (x.value.codePointAt(0) as number) - (y.value.codePointAt(0) as number);
  }
}

/** The distinct names, sorted by code point. */
function classNames(names: Iterable<string>): string[] {
  return [...new Set(names)].sort(byCodePoint);
}

/** Class names and, for each given label, its position among them. */
export function indexLabels(labels: readonly string[]): { readonly names: string[]; readonly indices: Int32Array } {
  const names = classNames(labels);
  const positions = new Map(names.map((name, index) => [name, index]));
  return { names, indices: Int32Array.from(labels, (label) => positions.get(label) as number) };
}

/** Number of samples of each class among `indices`. All zero when the target is not classes. */
export function countClasses(dataset: Dataset, indices: readonly number[]): number[] {
  if (dataset.target.kind !== 'classes') return [];
  const counts = new Array<number>(dataset.target.names.length).fill(0);
  for (const index of indices) {
    const label = dataset.sample(index).label as number;
    counts[label] = (counts[label] ?? 0) + 1;
  }
  return counts;
}

/**
 * The data with its labels renumbered to the classes of `target`, for instance of the training data or of a saved model.
 * @throws DATA_LABEL_UNKNOWN when it has a class `target` lacks, DATA_TARGETS_DIFFER when the kind of label differs.
 */
export function alignTarget(dataset: Dataset, target: Target): Dataset {
  if (target.kind === 'classes' && dataset.target.kind === 'classes') return alignClasses(dataset, dataset.target.names, target);
  if (describeTarget(dataset.target) !== describeTarget(target)) {
    fail('DATA_TARGETS_DIFFER', { data: dataset.name, actual: describeTarget(dataset.target), expected: describeTarget(target) });
  }
  return dataset;
}

function alignClasses(dataset: Dataset, names: readonly string[], target: Target & { kind: 'classes' }): Dataset {
  const positions = new Map(target.names.map((name, index) => [name, index]));
  const renumbered = names.map(
    (label) => positions.get(label) ?? fail('DATA_LABEL_UNKNOWN', { data: dataset.name, label, known: target.names.join(', ') }),
  );
  return mapSamples(dataset, (sample) => ({ ...sample, label: renumbered[sample.label as number] }), target);
}

function describeTarget(target: Target): string {
  if (target.kind === 'none') return 'no labels';
  return target.kind === 'classes' ? 'class labels' : `${target.names.length} regression targets`;
}
