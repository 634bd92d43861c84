import { Transform, type TransformCallback } from 'node:stream';
import { fail } from '../../../core/index.js';

interface Counting {
  readonly before: number;
  readonly limit: number;
  readonly uri: string;
  readonly onBytes: (bytes: number) => void;
}

/** Counts what passes, and ends it beyond the limit. */
export class Count extends Transform {
  bytes: number;
  readonly #counting: Counting;

  constructor(counting: Counting) {
    super();
    this.bytes = counting.before;
    this.#counting = counting;
  }

  override _transform(chunk: Buffer, _: BufferEncoding, done: TransformCallback): void {
    this.bytes += chunk.byteLength;
    this.#counting.onBytes(this.bytes);
    try {
      if (this.bytes > this.#counting.limit) this.refuse();
      done(null, chunk);
    } catch (error) {
      done(error as Error);
    }
  }

  refuse(): never {
    return fail('HUB_TOO_LARGE', { uri: this.#counting.uri, limit: this.#counting.limit });
  }
}
