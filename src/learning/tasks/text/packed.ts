/** Rows of different lengths in few large arrays. */
export class PackedRows<T extends Int32Array | Uint8Array> {
  readonly #create: new (
    size: number,
  ) => T;
  #data: T;
  #ends: Float64Array = new Float64Array(1024);
  #rows = 0;

  constructor(create: new (size: number) => T) {
    this.#create = create;
    this.#data = new create(1 << 16);
  }

  get size(): number {
    return this.#rows;
  }

  push(row: T): void {
    const start = this.#startOf(this.#rows);
    const end = start + row.length;
    if (end > this.#data.length) {
      const larger = new this.#create(Math.max(end, this.#data.length * 2));
      larger.set(this.#data);
      this.#data = larger;
    }
    this.#data.set(row, start);
    if (this.#rows === this.#ends.length) {
      const more = new Float64Array(this.#ends.length * 2);
      more.set(this.#ends);
      this.#ends = more;
    }
    this.#ends[this.#rows++] = end;
  }

  /** A view of the row, which must not be changed. */
  at(row: number): T {
    return this.#data.subarray(this.#startOf(row), this.#ends[row]) as T;
  }

  #startOf(row: number): number {
    return row === 0 ? 0 : (this.#ends[row - 1] as number);
  }
}
