/** The constants of Philox4x32-10. */
export const PHILOX = { multipliers: [0xd2511f53, 0xcd9e8d57], weyl: [0x9e3779b9, 0xbb67ae85], rounds: 10 } as const;

const [MULTIPLIER_0, MULTIPLIER_1] = PHILOX.multipliers;
const [WEYL_0, WEYL_1] = PHILOX.weyl;

/** High 32 bits of the 64-bit product of two unsigned 32-bit integers. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const carry = aLow * bHigh + (middle & 0xffff);
  return (aHigh * bHigh + Math.floor(middle / 65536) + Math.floor(carry / 65536)) >>> 0;
}

/**
 * One block of Philox4x32-10: four random 32-bit words from a counter and a key.
 * Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
 */
function philox(counter: readonly [number, number, number, number], key: readonly [number, number]): [number, number, number, number] {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < PHILOX.rounds; round++) {
    const high0 = multiplyHigh(MULTIPLIER_0, c0);
    const low0 = Math.imul(MULTIPLIER_0, c0) >>> 0;
    const high1 = multiplyHigh(MULTIPLIER_1, c2);
    const low1 = Math.imul(MULTIPLIER_1, c2) >>> 0;
    c0 = (high1 ^ c1 ^ k0) >>> 0;
    c2 = (high0 ^ c3 ^ k1) >>> 0;
    c1 = low1;
    c3 = low0;
    k0 = (k0 + WEYL_0) >>> 0;
    k1 = (k1 + WEYL_1) >>> 0;
  }
  return [c0, c1, c2, c3];
}

/** FNV-1a, 32 bits, over the UTF-8 bytes: turns a name into a stream number. */
function hashName(name: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}

/** Where a generator stands; JSON-safe, so that a checkpoint can hold it. */
export interface RandomState {
  readonly seed: number;
  readonly stream: number;
  readonly position: number;
}

/**
 * A counter-based random generator: the n-th number of a stream depends on seed, stream and n alone, so any state can be
 * stored, restored and reproduced in another language.
 *
 * Word n is element `n mod 4` of `philox([n div 4, 0, stream, 0], [seed, 0])`; a number in [0, 1) is `(word >>> 8) · 2⁻²⁴`.
 */
export class Random {
  #position: number;
  #block: readonly [number, number, number, number] = [0, 0, 0, 0];
  #blockIndex = -1;
  readonly #seed: number;
  readonly #stream: number;

  constructor(seed: number, stream: string | number = 0, position = 0) {
    this.#seed = seed >>> 0;
    this.#stream = typeof stream === 'string' ? hashName(stream) : stream >>> 0;
    this.#position = position;
  }

  static from(state: RandomState): Random {
    return new Random(state.seed, state.stream, state.position);
  }

  get state(): RandomState {
    return { seed: this.#seed, stream: this.#stream, position: this.#position };
  }

  /** A whole number in [0, 2³²). */
  word(): number {
    const index = Math.floor(this.#position / 4);
    if (index !== this.#blockIndex) {
      this.#block = philox([index >>> 0, 0, this.#stream, 0], [this.#seed, 0]);
      this.#blockIndex = index;
    }
    return this.#block[this.#position++ & 3] as number;
  }

  /** A number in [low, high). */
  uniform(low = 0, high = 1): number {
    return low + (high - low) * ((this.word() >>> 8) * 2 ** -24);
  }

  /** A whole number in [0, bound). */
  integer(bound: number): number {
    return Math.floor(this.uniform() * bound);
  }

  /** A standard normal number (Box–Muller). */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /** The items in random order (Fisher–Yates); the given array is left as it is. */
  shuffle<T>(items: readonly T[]): T[] {
    const result = items.slice();
    for (let i = result.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      [result[i], result[j]] = [result[j] as T, result[i] as T];
    }
    return result;
  }
}
