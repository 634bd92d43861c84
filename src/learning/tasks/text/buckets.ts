/** Lengths are rounded up to multiples of this: few shapes, and what processors like. */
const STEP = 8;

/**
 * At most `most` lengths such that texts padded to the next one hold the fewest padding tokens: dynamic programming over the rounded lengths.
 * @param lengths tokens of each text
 * @param longest no bucket is longer; lengths do not exceed it
 * @returns ascending, the last one fits the longest text
 */
export function chooseBuckets(lengths: ArrayLike<number>, most: number, longest: number): number[] {
  const counts = new Map<number, number>();
  for (let i = 0; i < lengths.length; i++) {
    const rounded = Math.min(longest, Math.ceil((lengths[i] as number) / STEP) * STEP);
    counts.set(rounded, (counts.get(rounded) ?? 0) + 1);
  }
  const sizes = [...counts.keys()].sort((a, b) => a - b);
  // best[k][j]: fewest tokens for the texts of the first j sizes in k buckets, the last of which ends at size j.
  let best = sizes.map((_, j) => ({ tokens: tokensFrom(sizes, counts, 0, j), ends: [j] }));
  for (let k = 1; k < Math.min(most, sizes.length); k++) {
    best = sizes.map((_, j) => {
      let choice = best[j] as { tokens: number; ends: number[] };
      for (let i = 0; i < j; i++) {
        const before = best[i] as typeof choice;
        const tokens = before.tokens + tokensFrom(sizes, counts, i + 1, j);
        if (tokens < choice.tokens) choice = { tokens, ends: [...before.ends, j] };
      }
      return choice;
    });
  }
  return (best.at(-1)?.ends ?? []).map((end) => sizes[end] as number);
}

function tokensFrom(sizes: readonly number[], counts: ReadonlyMap<number, number>, from: number, to: number): number {
  let texts = 0;
  for (let i = from; i <= to; i++) texts += counts.get(sizes[i] as number) as number;
  return texts * (sizes[to] as number);
}

/** The first bucket that fits. */
export function bucketOf(buckets: readonly number[], length: number): number {
  return buckets.findIndex((bucket) => bucket >= length);
}
