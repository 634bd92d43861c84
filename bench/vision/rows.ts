import { groupBy, Random } from '../../src/core/index.js';

/** A labelled picture. */
export interface ImageRow {
  readonly id: string;
  /** Absolute path. */
  readonly image: string;
  readonly label: string;
  /** Pictures of one group are on one side of a split. */
  readonly group: string;
}

interface ImageSides {
  readonly train: ImageRow[];
  readonly test: ImageRow[];
}

/**
 * Pictures of each class for training and the rest to measure on, drawn by the seed. Whole groups go to the test set first, half of a class at most, so
 * that it depends on the seed alone; fewer pictures to train on are the first of more.
 *
 * @param sizes the most pictures of a class on each side
 */
export function drawImages(rows: readonly ImageRow[], sizes: { readonly train: number; readonly test: number }, seed: number): ImageSides {
  const sides: ImageSides = { train: [], test: [] };
  for (const [label, members] of groupBy(rows, (row) => row.label)) {
    const groups = new Random(seed, `vision:${label}`).shuffle([...groupBy(members, ({ group }) => group).values()]);
    const tested: ImageRow[] = [];
    const rest: ImageRow[] = [];
    const most = Math.min(sizes.test, members.length / 2);
    for (const group of groups) (tested.length + group.length <= most ? tested : rest).push(...group);
    sides.test.push(...tested);
    sides.train.push(...rest.slice(0, sizes.train));
  }
  return sides;
}
