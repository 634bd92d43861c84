import { Events, fail, RegraftError } from '../../core/index.js';
import type { Sample } from './dataset.js';

/** A sample that could not be read. */
export interface Skip {
  readonly id: string;
  readonly location: string;
  /** The message of the error. */
  readonly reason: string;
}

const SKIPPABLE = new Set<string>([
  ...['DATA_IMAGE_CORRUPT', 'DATA_IMAGE_TOO_LARGE', 'DATA_NOT_A_NUMBER', 'DATA_NOT_FOUND', 'DATA_UNREADABLE'],
  ...['DATA_MASK_SIZE', 'DATA_MASK_VALUE', 'DATA_MASK_COLOURS', 'DATA_MASK_EMPTY', 'DATA_MASK_MISSING', 'DATA_MASK_LOSSY', 'DATA_MASK_BROKEN'],
  ...['DATA_SPAN_INVALID', 'DATA_ANSWER_MISPLACED'],
  ...['TEXT_EMPTY', 'TEXT_NO_NEGATIVE', 'TEXT_NO_PAIR', 'TEXT_PAIR_CLASS', 'TEXT_QUESTION', 'TEXT_SCORE', 'TEXT_TAGS'],
  ...['TEXT_TOO_LONG', 'TEXT_UNKNOWN'],
]);
/** How many file names an error lists. */
const NAMED = 5;

/** Whether an error means that one sample cannot be read, rather than that something is wrong with all of them. */
export function isUnreadable(error: unknown): error is RegraftError {
  return error instanceof RegraftError && SKIPPABLE.has(error.code);
}

/** Counts the samples that cannot be read, each once, and stops when they are too many. Shared by all epochs of a run. */
export class SkipLog {
  /** `skipped` is emitted once a sample. */
  readonly events = new Events<{ skipped: Skip }>();
  readonly #skips = new Map<string, Skip>();
  readonly #total: number;
  readonly #share: number;

  /**
   * @param total number of samples in use
   * @param maxSkippedShare share of them that may be unreadable, 0 to 1; above 0, one sample always may
   */
  constructor(total: number, maxSkippedShare = 0.2) {
    this.#total = total;
    this.#share = maxSkippedShare;
  }

  get skips(): readonly Skip[] {
    return [...this.#skips.values()];
  }

  /**
   * Notes that `sample` failed with `error`.
   * @throws the error itself when it is not about the sample's content; DATA_TOO_MANY_SKIPPED when the share is exceeded
   */
  add(sample: Sample, error: unknown): void {
    if (!isUnreadable(error)) throw error;
    if (this.#skips.has(sample.id)) return;
    const skip = { id: sample.id, location: sample.location, reason: error.message };
    this.#skips.set(sample.id, skip);
    this.events.emit('skipped', skip);
    if (this.#skips.size > this.#allowed() || this.#skips.size === this.#total) this.#giveUp(error);
  }

  #allowed(): number {
    return this.#share === 0 ? 0 : Math.max(1, this.#share * this.#total);
  }

  #giveUp(cause: unknown): never {
    const files = this.skips.slice(0, NAMED).map((skip) => skip.location);
    const limit = `${Math.round(this.#share * 1000) / 10}%`;
    fail(
      'DATA_TOO_MANY_SKIPPED',
      { skipped: this.#skips.size, total: this.#total, limit, files: files.join(', '), reason: this.skips[0]?.reason ?? '' },
      cause,
    );
  }
}
