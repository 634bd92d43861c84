/**
 * The average precision of a ranking for any resample: Σ (Rₙ − Rₙ₋₁) Pₙ over the thresholds, without interpolation, as scikit-learn's
 * `average_precision_score` defines it. Samples of equal score pass a threshold together.
 *
 * @param scores what ranks the samples, the highest first, `[N]`
 * @param isRelevant which of them should come first
 * @returns a function of how often each sample is drawn, `[N]`; undefined where no relevant one is
 */
export function averagePrecision(scores: ArrayLike<number>, isRelevant: (sample: number) => boolean): (times: Int32Array) => number | undefined {
  const order = Int32Array.from({ length: scores.length }, (_, i) => i).sort((a, b) => (scores[b] as number) - (scores[a] as number));
  return (times) => {
    let [drawn, right, sum] = [0, 0, 0];
    for (let start = 0; start < order.length; ) {
      const score = scores[order[start] as number];
      let found = 0;
      for (; start < order.length && scores[order[start] as number] === score; start++) {
        const sample = order[start] as number;
        const count = times[sample] as number;
        drawn += count;
        if (isRelevant(sample)) found += count;
      }
      right += found;
      if (found > 0) sum += found * (right / drawn);
    }
    return right === 0 ? undefined : sum / right;
  };
}

/** How often each of `size` samples is drawn. */
export function timesDrawn(drawn: Int32Array, size: number): Int32Array {
  const times = new Int32Array(size);
  for (const i of drawn) times[i] = (times[i] as number) + 1;
  return times;
}
