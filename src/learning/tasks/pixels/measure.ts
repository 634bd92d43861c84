import type { Measure, Predictions } from '../task.js';
import { COUNTS } from './summary.js';

type Count = (typeof COUNTS)[number];

/** The counts of a class over some samples. */
type ClassCounts = Readonly<Record<'hits' | 'guessed' | 'actual', Float64Array>>;

/** The counts that the task kept of each sample. */
class PixelCounts {
  readonly #outputs: Float32Array;
  readonly #width: number;
  readonly classes: number;

  constructor({ outputs, width }: Pick<Predictions, 'outputs' | 'width'>) {
    this.#outputs = outputs;
    this.#width = width;
    this.classes = (width - 1) / COUNTS.length;
  }

  get samples(): number {
    return this.#outputs.length / this.#width;
  }

  loss(sample: number): number {
    return this.#outputs[sample * this.#width] as number;
  }

  of(sample: number, count: Count, label: number): number {
    return this.#outputs[sample * this.#width + 1 + COUNTS.indexOf(count) * this.classes + label] as number;
  }

  /** The sums of the classes' counts over some samples. */
  over(drawn: Iterable<number>): ClassCounts {
    const sum = (count: Count): Float64Array => {
      const totals = new Float64Array(this.classes);
      const offset = 1 + COUNTS.indexOf(count) * this.classes;
      for (const sample of drawn) {
        const start = sample * this.#width + offset;
        for (let label = 0; label < this.classes; label++) totals[label] = (totals[label] as number) + (this.#outputs[start + label] as number);
      }
      return totals;
    };
    return { hits: sum('hits'), guessed: sum('guessed'), actual: sum('actual') };
  }
}

/**
 * Of the pixels that have a class: the mean over classes of intersection over union (`meanIoU`), the share that is right (`pixelAccuracy`), the mean
 * over classes of that share (`meanAccuracy`), the mean −log p (`loss`); and how well edges are met (`boundaryF1`). Classes that neither occur nor are
 * guessed are left out of the means.
 *
 * The boundary F1 is that of Csurka et al., "What is a good evaluation measure for semantic segmentation?", BMVC 2013: of each image and class the
 * harmonic mean of the share of guessed edges near a true one and that of true edges near a guessed one, averaged over images, then over classes.
 */
export function measurePixels(predictions: Predictions): Measure {
  const counts = new PixelCounts(predictions);
  const contours = contourScores(counts);
  return (drawn) => {
    const { hits, guessed, actual } = counts.over(drawn);
    const pixels = total(actual);
    let losses = 0;
    for (const sample of drawn) losses += counts.loss(sample);
    return {
      meanIoU: orNone(mean(ious({ hits, guessed, actual }))),
      pixelAccuracy: total(hits) / Math.max(1, pixels),
      meanAccuracy: orNone(mean(Array.from(actual, (size, label) => (size > 0 ? (hits[label] as number) / size : Number.NaN)))),
      boundaryF1: orNone(mean(contours.map((scores) => mean(Array.from(drawn, (sample) => scores[sample] as number))))),
      loss: losses / Math.max(1, pixels),
    };
  };
}

/** Intersection over union of each class over all samples; undefined where it neither occurs nor is guessed. */
export function classIoUs(predictions: Pick<Predictions, 'outputs' | 'width'>): (number | undefined)[] {
  const counts = new PixelCounts(predictions);
  return ious(counts.over(Array.from({ length: counts.samples }, (_, i) => i))).map((value) => (Number.isNaN(value) ? undefined : value));
}

function ious({ hits, guessed, actual }: ClassCounts): number[] {
  return Array.from(hits, (both, label) => {
    const union = (guessed[label] as number) + (actual[label] as number) - both;
    return union > 0 ? both / union : Number.NaN;
  });
}

/** By class, the boundary F1 of each sample; NaN where it has no edge in truth nor guess. */
function contourScores(counts: PixelCounts): Float64Array[] {
  return Array.from({ length: counts.classes }, (_, label) =>
    Float64Array.from({ length: counts.samples }, (_, sample) => {
      const [guessed, actual] = [counts.of(sample, 'guessedEdges', label), counts.of(sample, 'actualEdges', label)];
      if (guessed + actual === 0) return Number.NaN;
      const precision = counts.of(sample, 'guessedEdgeHits', label) / Math.max(1, guessed);
      const recall = counts.of(sample, 'actualEdgeHits', label) / Math.max(1, actual);
      return precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
    }),
  );
}

/** Of the numbers among them; NaN where there are none. */
function mean(values: readonly number[]): number {
  let sum = 0;
  let count = 0;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    sum += value;
    count++;
  }
  return sum / count;
}

/** Where nothing occurs, nothing is right. */
function orNone(value: number): number {
  return Number.isNaN(value) ? 0 : value;
}

function total(values: Float64Array): number {
  return values.reduce((a, b) => a + b, 0);
}
