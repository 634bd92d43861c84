import { groupBy, Random } from '../../src/core/index.js';

export interface TextRow {
  readonly text: string;
  readonly label: string;
  /** Rows of one group are on one side of a split. */
  readonly group?: string;
}

export interface Sizes {
  readonly train: number;
  readonly test: number;
}

export interface Sides<T> {
  readonly train: T[];
  readonly test: T[];
}

/** Rows of different texts, the first of each. */
export function distinct<T>(rows: readonly T[], textOf: (row: T) => string): T[] {
  return [...new Map(rows.toReversed().map((row) => [textOf(row), row])).values()].reverse();
}

/**
 * Rows for training and rows to measure on, drawn by the seed. The test set depends on seed and size alone: more rows for training leave it as it is,
 * and fewer are the first of more.
 */
export function divide<T>(rows: readonly T[], groupOf: (row: T) => string, sizes: Sizes, seed: number): Sides<T> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const group = groups.get(groupOf(row));
    if (group) group.push(row);
    else groups.set(groupOf(row), [row]);
  }
  const sides: Sides<T> = { train: [], test: [] };
  for (const group of new Random(seed, 'language').shuffle([...groups.values()])) {
    if (sides.test.length < sizes.test) sides.test.push(...group);
    else if (sides.train.length < sizes.train) sides.train.push(...group);
  }
  return { train: sides.train.slice(0, sizes.train), test: sides.test.slice(0, sizes.test) };
}

/**
 * The same number of rows of each class, drawn by the seed: one row of each group, so that no group is on both sides and sizes are exact. Classes that
 * are too small for both sides are left out.
 * @param sizes rows of each class
 */
export function dividePerClass(rows: readonly TextRow[], sizes: Sizes, seed: number): Sides<TextRow> {
  const shuffled = new Random(seed, 'language').shuffle([...distinct(rows, ({ group, text }) => group ?? text)]);
  const classes = groupBy(shuffled, ({ label }) => label);
  const kept = [...classes.keys()].sort().map((label) => classes.get(label) as TextRow[]);
  const enough = kept.filter((members) => members.length >= sizes.test + sizes.train);
  const among = (from: number, to: number): TextRow[] => enough.flatMap((members) => members.slice(from, to));
  return { train: among(sizes.test, sizes.test + sizes.train), test: among(0, sizes.test) };
}

/** The first `count` rows of each class, in their order. */
export function firstPerClass(rows: readonly TextRow[], count: number): TextRow[] {
  return [...groupBy(rows, ({ label }) => label).values()].flatMap((members) => members.slice(0, count));
}
