import { didYouMean, fail } from '../../core/index.js';
import { type Dataset, type Label, mapMasks, mapSamples, type Target } from './dataset.js';
import { type Mask, NO_CLASS } from './image.js';

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
 * The data with its labels renumbered to the names of `target`, for instance of the training data or of a saved model.
 * @throws DATA_LABEL_UNKNOWN when it has a class or tag `target` lacks, DATA_TARGETS_DIFFER when the kind of label differs.
 */
export function alignTarget(dataset: Dataset, target: Target): Dataset {
  if (isNamed(target) && target.kind === dataset.target.kind) return renumber(dataset, dataset.target.names, target);
  if (describeTarget(dataset.target) !== describeTarget(target)) {
    fail('DATA_TARGETS_DIFFER', { data: dataset.name, actual: describeTarget(dataset.target), expected: describeTarget(target) });
  }
  return dataset;
}

/** Labels that stand for names. */
type NamedTarget = Target & { kind: 'classes' | 'labels' | 'tags' | 'masks' };

export function isNamed(target: Target): target is NamedTarget {
  return target.kind === 'classes' || target.kind === 'labels' || target.kind === 'tags' || target.kind === 'masks';
}

function renumber(dataset: Dataset, names: readonly string[], target: NamedTarget): Dataset {
  const positions = new Map(target.names.map((name, index) => [name, index]));
  const moved = names.map(
    (label) =>
      positions.get(label) ??
      fail('DATA_LABEL_UNKNOWN', { data: dataset.name, label, hint: didYouMean(label, target.names), known: target.names.join(', ') }),
  );
  if (moved.length === target.names.length && moved.every((to, from) => to === from)) return dataset;
  if (target.kind === 'masks') return mapMasks(dataset, (mask) => renumberMask(mask, moved), target);
  return mapSamples(dataset, (sample) => ({ ...sample, label: movedLabel(sample.label, moved, target) }), target);
}

/** @param moved where each old position went */
function movedLabel(label: Label, moved: readonly number[], { kind, names }: NamedTarget): Label {
  if (typeof label === 'number') return moved[label];
  const numbers = label as readonly number[] | undefined;
  if (kind === 'tags') return numbers?.map((tag) => moved[tag] as number);
  const vector = names.map(() => 0);
  numbers?.forEach((value, from) => {
    vector[moved[from] as number] = value;
  });
  return vector;
}

/** Pixels of no class stay so. */
function renumberMask(mask: Mask, moved: readonly number[]): Mask {
  return { ...mask, data: mask.data.map((from) => moved[from] ?? NO_CLASS) };
}

const KINDS = {
  classes: 'class labels',
  labels: 'several classes a sample',
  tags: 'tags of words',
  masks: 'masks',
  answers: 'answers',
  none: 'no labels',
} as const;

function describeTarget(target: Target): string {
  return target.kind === 'values' ? `${target.names.length} regression targets` : KINDS[target.kind];
}
