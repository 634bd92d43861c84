/** The part of a canvas that an image takes, and the size that the image has by itself. */
interface Enlargement {
  readonly classes: number;
  /** Width of the canvas. */
  readonly stride: number;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly own: { readonly width: number; readonly height: number };
}

/** Two positions of a line and how much the second counts. */
interface Between {
  readonly low: number;
  readonly high: number;
  readonly share: number;
}

/**
 * The most probable class of each pixel at an image's own size: scores are interpolated bilinearly (half-pixel centres, edges repeated), row after row as they come.
 */
export class Enlarged {
  readonly classes: Uint8Array;
  readonly #to: Enlargement;
  readonly #columns: readonly Between[];
  readonly #rows = new Map<number, Float32Array>();
  #received = 0;
  #written = 0;

  constructor(to: Enlargement) {
    this.#to = to;
    this.classes = new Uint8Array(to.own.width * to.own.height);
    this.#columns = Array.from({ length: to.own.width }, (_, x) => between(x, to.own.width, to.width));
  }

  /** @param scores the next row of the canvas, `[C, stride]` */
  add(scores: Float32Array): void {
    const { top, height, own } = this.#to;
    const y = this.#received++ - top;
    if (y < 0 || y >= height) return;
    this.#rows.set(y, scores);
    for (; this.#written < own.height; this.#written++) {
      const place = between(this.#written, own.height, height);
      if (place.high > y) break;
      this.#write(this.#written, place);
      for (const kept of this.#rows.keys()) if (kept < place.low) this.#rows.delete(kept);
    }
  }

  #write(row: number, { low, high, share }: Between): void {
    const { classes, stride, left, own } = this.#to;
    const [upper, lower] = [this.#rows.get(low) as Float32Array, this.#rows.get(high) as Float32Array];
    const line = upper.map((value, i) => value + share * ((lower[i] as number) - value));
    for (const [x, column] of this.#columns.entries()) {
      let [best, most] = [0, Number.NEGATIVE_INFINITY];
      for (let label = 0; label < classes; label++) {
        const first = line[label * stride + left + column.low] as number;
        const value = first + column.share * ((line[label * stride + left + column.high] as number) - first);
        if (value > most) [best, most] = [label, value];
      }
      this.classes[row * own.width + x] = best;
    }
  }
}

function between(position: number, size: number, from: number): Between {
  const at = Math.min(from - 1, Math.max(0, ((position + 0.5) * from) / size - 0.5));
  const low = Math.floor(at);
  return { low, high: Math.min(from - 1, low + 1), share: at - low };
}
