import { dot } from './dot.js';

/** A row of vectors and its cosine with what is looked for. */
export interface Neighbour {
  readonly index: number;
  readonly cosine: number;
}

/**
 * The rows most like a vector, the nearest first; of equal ones, the earlier first.
 * @param rows vectors of length 1, `[N, D]`
 * @param vector of length 1, `[D]`
 * @param isLeftOut rows that do not count
 */
export function nearest(
  rows: Float32Array,
  vector: Float32Array,
  count: number,
  isLeftOut: (index: number) => boolean = () => false,
): readonly Neighbour[] {
  const width = vector.length;
  const found: Neighbour[] = [];
  for (let index = 0; index * width < rows.length; index++) {
    if (isLeftOut(index)) continue;
    const cosine = dot(rows, index * width, vector, 0, width);
    if (found.length === count && cosine <= (found.at(-1)?.cosine as number)) continue;
    found.splice(found.findLastIndex((other) => other.cosine >= cosine) + 1, 0, { index, cosine });
    if (found.length > count) found.pop();
  }
  return found;
}
