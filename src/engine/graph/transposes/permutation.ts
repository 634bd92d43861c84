/** A permutation as ONNX Transpose states it: axis `i` of the result is axis `perm[i]` of the source. */
export type Permutation = readonly number[];

/** What two Transposes in a row are: first `first`, then `second`. */
export function composed(first: Permutation, second: Permutation): Permutation {
  return second.map((axis) => first[axis] as number);
}

export function inverse(perm: Permutation): Permutation {
  const result = new Array<number>(perm.length);
  for (const [i, axis] of perm.entries()) result[axis] = i;
  return result;
}

/** Whether each of the axes of a value occurs once, which the attribute of a node may deny. */
export function isPermutation(perm: Permutation): boolean {
  return new Set(perm).size === perm.length && perm.every((axis) => axis >= 0 && axis < perm.length);
}

export function isIdentity(perm: Permutation): boolean {
  return perm.every((axis, i) => axis === i);
}

/** The permutation of the axes that are left when the source loses `axes`. */
export function without(perm: Permutation, axes: ReadonlySet<number>): Permutation {
  const left = perm.filter((axis) => !axes.has(axis));
  const order = left.toSorted((a, b) => a - b);
  return left.map((axis) => order.indexOf(axis));
}

/** `axis` of a value of `rank` dimensions, counted from the front. */
export function positive(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}
