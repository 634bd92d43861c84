import { PickleCutOff, PickleError } from './errors.js';

const NEWLINE = 0x0a;
const text = new TextDecoder();

/** Reads bytes one value after the other. Every length is checked against what is there before anything is taken. */
export class Cursor {
  #at: number;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;

  constructor(bytes: Uint8Array, start: number) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#at = start;
  }

  /** Bytes from the start to the next value. */
  get position(): number {
    return this.#at;
  }

  uint8(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  uint16(): number {
    return this.#view.getUint16(this.#advance(2), true);
  }

  int32(): number {
    return this.#view.getInt32(this.#advance(4), true);
  }

  uint32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  /** A length: what a number does not hold exactly is more than any file has. */
  uint64(): number {
    return Number(this.#view.getBigUint64(this.#advance(8), true));
  }

  /** Big-endian, unlike all others. */
  float64(): number {
    return this.#view.getFloat64(this.#advance(8), false);
  }

  bytes(length: number): Uint8Array {
    const start = this.#advance(length);
    return this.#bytes.subarray(start, start + length);
  }

  text(length: number): string {
    return text.decode(this.bytes(length));
  }

  /** Up to the end of the line, which is passed over. */
  line(): string {
    const end = this.#bytes.indexOf(NEWLINE, this.#at);
    if (end < 0) throw new PickleCutOff();
    const line = this.text(end - this.#at);
    this.#advance(1);
    return line;
  }

  #advance(length: number): number {
    if (length < 0) throw new PickleError('its pickle has a negative length');
    const start = this.#at;
    if (start + length > this.#bytes.byteLength) throw new PickleCutOff();
    this.#at = start + length;
    return start;
  }
}
