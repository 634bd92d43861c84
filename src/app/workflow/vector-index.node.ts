import { resolve } from 'node:path';
import { nearest } from '../../learning/tasks/index.js';

/** A sample of an index that is like an input. */
export interface Similar {
  readonly input: string;
  /** What was read, where that is a text. */
  readonly given?: string;
  /** Cosine, −1 to 1. */
  readonly similarity: number;
}

/** What a bundle said of a sample: a vector of length 1, `[D]`, where it answers with such. */
interface VectorSample extends Omit<Similar, 'similarity'> {
  readonly values?: unknown;
}

/** Vectors of samples, to find those most like a given one. */
export class VectorIndex {
  readonly #samples: readonly VectorSample[];
  readonly #rows: Float32Array;
  /** Where each sample lies, however its path was written. */
  readonly #places: readonly string[];

  constructor(samples: readonly VectorSample[]) {
    this.#samples = samples;
    this.#places = samples.map(({ input }) => resolve(input));
    const width = vectorOf(samples[0]).length;
    this.#rows = new Float32Array(samples.length * width);
    for (const [row, sample] of samples.entries()) this.#rows.set(vectorOf(sample), row * width);
  }

  /** The `count` samples most like another, the nearest first, and never the very same file. */
  like(predicted: VectorSample, count: number): readonly Similar[] {
    const own = resolve(predicted.input);
    const isSame = (index: number): boolean => this.#places[index] === own;
    return nearest(this.#rows, Float32Array.from(vectorOf(predicted)), count, isSame).map(({ index, cosine }) => {
      const { input, given } = this.#samples[index] as VectorSample;
      return { input, ...(given !== undefined && { given }), similarity: cosine };
    });
  }
}

function vectorOf(sample: VectorSample | undefined): readonly number[] {
  return Array.isArray(sample?.values) ? sample.values : [];
}
