/** Where the scores of a window lie. */
interface Placed {
  readonly left: number;
  readonly top: number;
}

/** Size of the scores of a window: `[C, height, width]`. */
interface Extent {
  readonly classes: number;
  readonly height: number;
  readonly width: number;
}

/** The scores of a row of pixels, class by class: `[C, W]`. */
type Row = Float32Array;

/**
 * Averages the scores of overlapping windows, and gives the rows of the whole that no later window lies on. Only the rows of one row of windows are in memory, however
 * large the image is.
 */
export class AveragedRows {
  readonly #extent: Extent;
  readonly #width: number;
  readonly #sums = new Map<number, { readonly scores: Row; readonly counts: Uint16Array }>();
  #next = 0;

  /** @param width of the whole */
  constructor(extent: Extent, width: number) {
    this.#extent = extent;
    this.#width = width;
  }

  /** @param scores `[C, height, width]` */
  add({ left, top }: Placed, scores: Float32Array): void {
    const { classes, height, width } = this.#extent;
    for (let y = 0; y < height; y++) {
      const row = this.#row(top + y);
      for (let label = 0; label < classes; label++) {
        const [from, to] = [(label * height + y) * width, label * this.#width + left];
        for (let x = 0; x < width; x++) row.scores[to + x] = (row.scores[to + x] as number) + (scores[from + x] as number);
      }
      for (let x = left; x < left + width; x++) row.counts[x] = (row.counts[x] as number) + 1;
    }
  }

  /** The rows above `end` that have not been given yet, from the top. */
  *rowsBefore(end: number): Generator<Row> {
    for (; this.#next < end; this.#next++) {
      const { scores, counts } = this.#row(this.#next);
      this.#sums.delete(this.#next);
      for (let i = 0; i < scores.length; i++) scores[i] = (scores[i] as number) / Math.max(1, counts[i % this.#width] as number);
      yield scores;
    }
  }

  #row(y: number): { readonly scores: Row; readonly counts: Uint16Array } {
    const known = this.#sums.get(y);
    if (known) return known;
    const row = { scores: new Float32Array(this.#extent.classes * this.#width), counts: new Uint16Array(this.#width) };
    this.#sums.set(y, row);
    return row;
  }
}
