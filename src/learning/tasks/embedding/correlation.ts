import type { Measure, Predictions } from '../task.js';
import type { AnsweredItem, TextSample } from '../text/reading.js';

/** The cosine of the two vectors, which have length 1. */
function score(_: TextSample, [first, second]: readonly AnsweredItem[]): Float32Array {
  const other = (second as AnsweredItem).row;
  return Float32Array.of((first as AnsweredItem).row.reduce((sum, value, i) => sum + value * (other[i] as number), 0));
}

/** Correlation of cosines and scores: of their ranks (`spearman`) and of themselves (`pearson`); 0 where one of them is always the same. */
function measure({ outputs, targets }: Predictions): Measure {
  const [cosines, scores] = [Float64Array.from(outputs), targets];
  const [cosineOrder, scoreOrder] = [cosines, scores].map((values) =>
    [...values.keys()].sort((a, b) => (values[a] as number) - (values[b] as number)),
  );
  return (drawn) => {
    const times = new Int32Array(scores.length);
    for (const i of drawn) times[i] = (times[i] as number) + 1;
    const ranks = [ranksOf(cosines, cosineOrder as number[], times), ranksOf(scores, scoreOrder as number[], times)] as const;
    return { spearman: pearson(ranks[0], ranks[1], drawn), pearson: pearson(cosines, scores, drawn) };
  };
}

/** The rank of each value that is drawn, from 0, equal ones sharing their mean. @param order positions by value @param times how often each is drawn */
function ranksOf(values: Float64Array, order: readonly number[], times: Int32Array): Float64Array {
  const ranks = new Float64Array(values.length);
  let before = 0;
  for (let start = 0; start < order.length; ) {
    let end = start;
    let count = 0;
    const value = values[order[start] as number];
    for (; end < order.length && values[order[end] as number] === value; end++) count += times[order[end] as number] as number;
    for (let i = start; i < end; i++) ranks[order[i] as number] = before + (count - 1) / 2;
    before += count;
    start = end;
  }
  return ranks;
}

function pearson(x: Float64Array, y: Float64Array, drawn: Int32Array): number {
  const mean = (values: Float64Array): number => drawn.reduce((sum, i) => sum + (values[i] as number), 0) / drawn.length;
  const [meanX, meanY] = [mean(x), mean(y)];
  let [xx, yy, xy] = [0, 0, 0];
  for (const i of drawn) {
    const [dx, dy] = [(x[i] as number) - meanX, (y[i] as number) - meanY];
    xx += dx * dx;
    yy += dy * dy;
    xy += dx * dy;
  }
  return xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : 0;
}

/** How scored pairs are measured. */
export const correlation = { score, measure };
