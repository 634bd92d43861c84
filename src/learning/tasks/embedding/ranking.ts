import type { Measure, Predictions } from '../task.js';
import type { AnsweredItem, TextSample } from '../text/reading.js';
import { dot, meanOf } from './dot.js';

/** Behind the two vectors of a pair, the number of its second text in two halves, which are exact in single precision. */
const TEXT_NUMBER = 2;

/** The vectors of anchor and positive, and which text the positive is. */
function score(_: TextSample, [anchor, positive]: readonly AnsweredItem[]): Float32Array {
  const { item, row } = positive as AnsweredItem;
  const text = item.target?.[1] ?? 0;
  return Float32Array.of(...(anchor as AnsweredItem).row, ...row, text >>> 16, text & 0xffff);
}

/**
 * Where the positive of each anchor stands among the positives of all samples, by cosine: the share of anchors where it is the first (`accuracyAt1`), and
 * the mean of 1 / rank (`mrr`). Of equal cosines, other texts come first; samples with the same second text do not compete. The places are those among
 * all samples, whichever are drawn.
 */
function measure({ outputs, width }: Predictions): Measure {
  const size = outputs.length / width;
  const ranks = Float64Array.from({ length: size }, (_, i) => rankOf(outputs, width, size, i));
  const first = ranks.map((rank) => (rank === 1 ? 1 : 0));
  const reciprocal = ranks.map((rank) => 1 / rank);
  return (drawn) => ({ accuracyAt1: meanOf(first, drawn), mrr: meanOf(reciprocal, drawn) });
}

/** From 1. */
function rankOf(outputs: Float32Array, width: number, size: number, sample: number): number {
  const length = (width - TEXT_NUMBER) / 2;
  const [anchor, own] = [sample * width, sample * width + length];
  const isSameText = (other: number): boolean =>
    outputs[own + length] === outputs[other + length] && outputs[own + length + 1] === outputs[other + length + 1];
  const mine = dot(outputs, anchor, outputs, own, length);
  let rank = 1;
  for (let i = 0; i < size; i++) {
    const other = i * width + length;
    if (dot(outputs, anchor, outputs, other, length) >= mine && !isSameText(other)) rank++;
  }
  return rank;
}

/** How pairs are measured. */
export const ranking = { score, measure };
