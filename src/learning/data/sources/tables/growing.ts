type Numbers = Int32Array | Float64Array;

/** Numbers of one type, as many bytes each as the type has, in a list that grows as it is filled. */
class Growing<T extends Numbers> {
  #data: T;
  #length = 0;
  readonly #make: (length: number) => T;

  constructor(make: (length: number) => T) {
    this.#make = make;
    this.#data = make(64);
  }

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#data.length) {
      const larger = this.#make(this.#data.length * 2);
      larger.set(this.#data);
      this.#data = larger;
    }
    this.#data[this.#length++] = value;
  }

  at(index: number): number {
    return this.#data[index] as number;
  }

  slice(start: number, end: number): number[] {
    return Array.from(this.#data.subarray(start, end));
  }
}

/** Whole numbers, 4 bytes each. */
export class Ints extends Growing<Int32Array> {
  constructor() {
    super((length) => new Int32Array(length));
  }
}

/** Any numbers, 8 bytes each. */
export class Floats extends Growing<Float64Array> {
  constructor() {
    super((length) => new Float64Array(length));
  }
}

/** Names by number, in the order in which they are met. */
export class Names {
  readonly #numbers = new Map<string, number>();

  numberOf(name: string): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    this.#numbers.set(name, this.#numbers.size);
    return this.#numbers.size - 1;
  }

  all(): string[] {
    return [...this.#numbers.keys()];
  }
}

/** A text or none for each row, where few are different. */
export class RepeatedTexts {
  readonly #codes = new Ints();
  readonly #names = new Names();
  #texts: readonly string[] | undefined;

  push(text: string | undefined): void {
    this.#codes.push(text === undefined ? -1 : this.#names.numberOf(text));
  }

  at(index: number): string | undefined {
    this.#texts ??= this.#names.all();
    return this.#texts[this.#codes.at(index)];
  }
}
