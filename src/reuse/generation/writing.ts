import { Random } from '../../core/index.js';
import type { TextTokenizer } from '../../learning/data/index.js';
import type { Generating } from './options.js';
import { chooseToken } from './sampling.js';
import { StopTexts } from './stop-texts.js';
import { TextStream } from './text-stream.js';

/** Why a text ended: by the model's token for an end, by a text to stop at, or because no more tokens were allowed. */
export type Finish = 'end' | 'stop' | 'length';

/** One text that is being written. */
export class Writing {
  readonly #tokens: number[];
  readonly #ends: ReadonlySet<number>;
  readonly #options: Generating;
  readonly #random: Random;
  readonly #stream: TextStream;
  readonly #stops: StopTexts;
  #left: number;
  finish: Finish | undefined;

  /**
   * @param most tokens that may be written
   * @param index of the text in its batch, so that equal prompts may go on differently
   */
  constructor(tokenizer: TextTokenizer, prompt: readonly number[], ends: ReadonlySet<number>, most: number, options: Generating, index: number) {
    this.#tokens = [...prompt];
    this.#ends = ends;
    this.#options = options;
    this.#random = new Random(options.seed, `generation:${index}`);
    this.#stream = new TextStream(tokenizer, prompt);
    this.#stops = new StopTexts(options.stop);
    this.#left = most;
  }

  /** Chooses the next token by the scores `[V]`: the token, and the text that is certain with it. */
  async next(scores: Float32Array): Promise<{ readonly token: number; readonly text: string }> {
    const token = chooseToken(scores, this.#tokens, this.#options, this.#random);
    this.#tokens.push(token);
    this.#left--;
    if (this.#ends.has(token)) return { token, text: await this.#end('end') };
    const text = this.#stops.push(await this.#stream.push(token));
    if (this.#stops.stopped) this.finish = 'stop';
    else if (this.#left === 0) return { token, text: text + (await this.#end('length')) };
    return { token, text };
  }

  /** What was held back. A text to stop at may be in it. */
  async #end(finish: Finish): Promise<string> {
    const text = this.#stops.push(await this.#stream.end());
    this.finish = this.#stops.stopped ? 'stop' : finish;
    return text + this.#stops.end();
  }
}
