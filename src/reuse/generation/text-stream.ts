import type { TextTokenizer } from '../../learning/data/index.js';

/** What stands for bytes that are no character. */
const INCOMPLETE = '\ufffd';

/** Tokens of the prompt that tell how those behind them are spelt: with a space in front, or as the rest of a character. */
const CONTEXT = 6;

/**
 * The text of tokens as they come. A character may be made of several tokens, and the text of a token may depend on the one before; what is returned
 * is the growth of the text of the last tokens, held back while it ends within a character.
 */
export class TextStream {
  readonly #tokenizer: TextTokenizer;
  readonly #ids: number[];
  /** The first token that is decoded again, and the first whose text was not returned yet. */
  #first = 0;
  #next: number;

  constructor(tokenizer: TextTokenizer, prompt: readonly number[]) {
    this.#tokenizer = tokenizer;
    this.#ids = prompt.slice(-CONTEXT);
    this.#next = this.#ids.length;
  }

  /** The text that is complete with a token; may be empty. */
  async push(id: number): Promise<string> {
    this.#ids.push(id);
    const text = await this.#rest();
    return text.endsWith(INCOMPLETE) ? '' : this.#returned(text);
  }

  /** What was held back. */
  async end(): Promise<string> {
    return this.#returned(await this.#rest());
  }

  async #rest(): Promise<string> {
    const known = await this.#tokenizer.decode(this.#ids.slice(this.#first, this.#next));
    const all = await this.#tokenizer.decode(this.#ids.slice(this.#first));
    return all.slice(known.length);
  }

  #returned(text: string): string {
    if (text === '') return '';
    this.#first = this.#next;
    this.#next = this.#ids.length;
    return text;
  }
}
