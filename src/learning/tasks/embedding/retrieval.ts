import type { Measure, Predictions } from '../task.js';
import { dot } from './dot.js';

/** How many of the nearest are looked at. */
const DEPTHS = [1, 5, 10] as const;

/**
 * How well each sample finds the others of its class among all samples, ranked by cosine: the mean over samples of the average precision of their
 * rankings (`meanAveragePrecision`), and the share of samples with one of their class among the nearest 1, 5 and 10 (`recallAt1`, …), as Oh Song et al.
 * (arXiv 1511.06452) define it. Of equal cosines, other classes come first. Samples that are alone in their class have none to find and do not count; all
 * is 0 where no other is drawn. Rankings are of all samples, whichever are drawn; the cosines of one sample at a time are in memory.
 */
function measure({ outputs, width, targets }: Predictions): Measure {
  const found = searches(outputs, width, targets);
  return (drawn) => {
    const asked = drawn.filter((i) => (found.precision[i] as number) >= 0);
    const mean = (read: (sample: number) => number): number => asked.reduce((sum, i) => sum + read(i), 0) / Math.max(1, asked.length);
    return {
      meanAveragePrecision: mean((i) => found.precision[i] as number),
      ...Object.fromEntries(DEPTHS.map((depth) => [`recallAt${depth}`, mean((i) => ((found.first[i] as number) <= depth ? 1 : 0))])),
    };
  };
}

interface Searches {
  /** Average precision of each sample's ranking; −1 where it is alone in its class. */
  readonly precision: Float64Array;
  /** Place of the first sample of its class, from 1. */
  readonly first: Float64Array;
}

function searches(outputs: Float32Array, width: number, targets: Float64Array): Searches {
  const size = targets.length;
  const precision = new Float64Array(size).fill(-1);
  const first = new Float64Array(size).fill(Number.POSITIVE_INFINITY);
  const cosines = new Float64Array(size);
  for (let sample = 0; sample < size; sample++) {
    for (let other = 0; other < size; other++) cosines[other] = dot(outputs, sample * width, outputs, other * width, width);
    const places = placesOf(cosines, targets, sample);
    if (places.length === 0) continue;
    first[sample] = places[0] as number;
    precision[sample] = places.reduce((sum, place, i) => sum + (i + 1) / place, 0) / places.length;
  }
  return { precision, first };
}

/** The places, from 1 and ascending, of the others of a sample's class. Only these are sorted: the rest is counted. */
function placesOf(cosines: Float64Array, targets: Float64Array, sample: number): Float64Array {
  const label = targets[sample];
  const partners = cosines.filter((_, i) => i !== sample && targets[i] === label).sort();
  const size = partners.length;
  if (size === 0) return partners;
  // At k: how many of other classes are as near as all but k of the partners, and nearer than no more.
  const passed = new Int32Array(size + 1);
  for (let i = 0; i < cosines.length; i++) {
    if (targets[i] === label) continue;
    const below = countUpTo(partners, cosines[i] as number);
    passed[below] = (passed[below] as number) + 1;
  }
  const places = new Float64Array(size);
  let before = 0;
  for (let rank = 1; rank <= size; rank++) {
    before += passed[size - rank + 1] as number;
    places[rank - 1] = rank + before;
  }
  return places;
}

/** How many of ascending values are at most `limit`. */
function countUpTo(values: Float64Array, limit: number): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((values[middle] as number) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How images with classes are measured. */
export const retrieval = { measure };
