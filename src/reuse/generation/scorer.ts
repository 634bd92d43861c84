import type { TokenBatch } from './token-batch.js';

/** A language model that says what may follow. */
export interface Scorer {
  /** Whether texts of different lengths may be in one batch. */
  readonly takesPadding: boolean;
  /** Tokens that a text may have; absent where there is no known limit. */
  readonly maxLength?: number;
  /**
   * The scores of what may follow each text, `[V]` each. What was computed for a batch is kept where it can be, so that it pays to ask again for the same
   * batch when tokens were appended to it.
   */
  scores(batch: TokenBatch): Promise<Float32Array[]>;
  release(): Promise<void>;
}
