import type { SparseRow } from './tfidf.js';

/**
 * Rows with fewer columns that ask the same of a linear model whose weights are shrunk: columns that one row of the fit alone has become one. The best weights
 * for these are multiples of the row's own values, so that a single weight along them tells them all (the representer theorem). Of texts, it is most columns.
 */
export class Condensed {
  /** New column of each old one, and what is multiplied with its value. */
  readonly #columns: Int32Array;
  readonly #factors: Float64Array;
  /** Number of columns. */
  readonly width: number;

  /** @param width columns of the rows */
  constructor(rows: readonly SparseRow[], width: number) {
    const counts = new Int32Array(width);
    for (const { columns } of rows) for (const column of columns) counts[column] = (counts[column] as number) + 1;
    this.#columns = new Int32Array(width);
    this.#factors = new Float64Array(width);
    let used = 0;
    for (let column = 0; column < width; column++) {
      if (counts[column] === 1) continue;
      this.#columns[column] = used++;
      this.#factors[column] = 1;
    }
    for (const { columns, values } of rows) {
      const own = [...columns.keys()].filter((i) => counts[columns[i] as number] === 1);
      if (own.length === 0) continue;
      const length = Math.sqrt(own.reduce((sum, i) => sum + (values[i] as number) ** 2, 0));
      for (const i of own) {
        this.#columns[columns[i] as number] = used;
        this.#factors[columns[i] as number] = (values[i] as number) / length;
      }
      used++;
    }
    this.width = used;
  }

  transform({ columns, values }: SparseRow): SparseRow {
    const sums = new Map<number, number>();
    columns.forEach((column, i) => {
      const to = this.#columns[column] as number;
      sums.set(to, (sums.get(to) ?? 0) + (values[i] as number) * (this.#factors[column] as number));
    });
    return { columns: Int32Array.from(sums.keys()), values: Float64Array.from(sums.values()) };
  }
}
