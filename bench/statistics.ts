/** Middle and range of some measurements. */
export interface Summary {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export function summarize(values: readonly number[]): Summary {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (index: number): number => sorted[index] ?? Number.NaN;
  const half = sorted.length >> 1;
  return { median: sorted.length % 2 === 1 ? at(half) : (at(half - 1) + at(half)) / 2, min: at(0), max: at(sorted.length - 1) };
}
