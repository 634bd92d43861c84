import { int64, type Tensor } from '../../core/index.js';

/** Texts as tokens that grow at their ends, one token each at a time. */
export class TokenBatch {
  readonly rows: readonly number[][];

  /** @param prompts at least one token each */
  constructor(prompts: readonly (readonly number[])[]) {
    this.rows = prompts.map((prompt) => [...prompt]);
  }

  /** Tokens of the longest text. */
  get length(): number {
    return Math.max(...this.rows.map((row) => row.length));
  }

  append(tokens: readonly number[]): void {
    for (const [index, row] of this.rows.entries()) row.push(tokens[index] as number);
  }

  /**
   * What a model reads when shorter texts are padded in front to one length: the tokens from `start` on, `[N, T − start]`, their places in their texts, and
   * the mask of all `[N, T]`.
   */
  paddedInFront(start: number): Record<'input_ids' | 'attention_mask' | 'position_ids', Tensor> {
    const length = this.length;
    // Any token will do where the mask is 0.
    const at = (row: readonly number[], place: number): number => row[place - length + row.length] ?? 0;
    const make = (first: number, value: (row: readonly number[], place: number) => number): Tensor => this.#tensor(first, length, value);
    return {
      input_ids: make(start, at),
      attention_mask: make(0, (row, place) => (place >= length - row.length ? 1 : 0)),
      position_ids: make(start, (row, place) => Math.max(0, place - length + row.length)),
    };
  }

  /** The same with padding behind, for all tokens. */
  paddedBehind(): Record<'input_ids' | 'attention_mask' | 'position_ids', Tensor> {
    const make = (value: (row: readonly number[], place: number) => number): Tensor => this.#tensor(0, this.length, value);
    return {
      input_ids: make((row, place) => row[place] ?? 0),
      attention_mask: make((row, place) => (place < row.length ? 1 : 0)),
      position_ids: make((_, place) => place),
    };
  }

  #tensor(start: number, end: number, value: (row: readonly number[], place: number) => number): Tensor {
    const width = end - start;
    const values = this.rows.flatMap((row) => Array.from({ length: width }, (_, i) => value(row, start + i)));
    return int64([this.rows.length, width], values);
  }
}
