import { type CachedModel, withCache } from '../../bases/surgery/index.js';
import { fail, RegraftError } from '../../core/index.js';
import type { Model } from '../../engine/graph/index.js';
import type { Device } from '../../engine/runtime/index.js';
import type { TextTokenizer } from '../../learning/data/index.js';
import { openCachedScorer } from './cached-scorer.js';
import { type GenerateOptions, type Generating, resolveOptions } from './options.js';
import { openPlainScorer } from './plain-scorer.js';
import type { Scorer } from './scorer.js';
import { TokenBatch } from './token-batch.js';
import { type Finish, Writing } from './writing.js';

export interface GeneratorOptions {
  /** Tokens that a text may have, prompt included, where the model does not show it: that of `max_position_embeddings`. */
  readonly maxLength?: number;
  /** Tokens at which a text ends. Default: the tokenizer's `eos`. */
  readonly endIds?: readonly number[];
}

/** What was written behind a prompt. */
export interface Completion {
  readonly text: string;
  readonly ids: readonly number[];
  readonly finish: Finish;
}

interface Piece {
  readonly index: number;
  readonly token: number;
  readonly text: string;
}

/** Writes texts on with a causal language model. */
export class TextGenerator {
  /** Why the model computes all tokens anew for each; absent where it has a cache. */
  readonly uncached?: string;
  readonly #scorer: Scorer;
  readonly #tokenizer: TextTokenizer;
  readonly #ends: ReadonlySet<number>;
  readonly #maxLength: number;

  constructor(scorer: Scorer, tokenizer: TextTokenizer, { maxLength = Number.POSITIVE_INFINITY, endIds }: GeneratorOptions = {}, uncached?: string) {
    const { eos } = tokenizer.specialIds;
    this.#scorer = scorer;
    this.#tokenizer = tokenizer;
    this.#ends = new Set(endIds ?? (eos === undefined ? [] : [eos]));
    this.#maxLength = Math.min(maxLength, scorer.maxLength ?? Number.POSITIVE_INFINITY);
    if (uncached !== undefined) this.uncached = uncached;
  }

  /**
   * Compiles a model with a cache of keys and values; where that cannot be, the model as it is, and `uncached` says why.
   * @param model as `prepareModel` returns it: inputs `input_ids` and maybe `attention_mask` and `position_ids` `[N, T]`, first output scores `[N, T, V]`
   * @throws RUNTIME_COMPILE
   */
  static async open(device: Device, model: Model, tokenizer: TextTokenizer, options: GeneratorOptions = {}): Promise<TextGenerator> {
    const cached = await tryCache(model);
    if (cached instanceof RegraftError) return new TextGenerator(await openPlainScorer(device, model), tokenizer, options, cached.message);
    return new TextGenerator(await openCachedScorer(device, cached), tokenizer, options);
  }

  /**
   * Writes on behind a prompt; yields pieces of text of at least one character as they become certain. Several may be written at a time, yet a batch is
   * faster, as there is one cache.
   * @throws GENERATION_OPTION, GENERATION_NO_PROMPT, GENERATION_TOO_LONG
   */
  async *generate(prompt: string, options: GenerateOptions = {}): AsyncGenerator<string, Finish> {
    const writings = await this.#begin([prompt], resolveOptions(options));
    for await (const { text } of this.#write(writings)) if (text !== '') yield text;
    return writings[0]?.writing.finish as Finish;
  }

  /**
   * Writes on behind several prompts at a time.
   * @throws GENERATION_OPTION, GENERATION_NO_PROMPT, GENERATION_TOO_LONG
   */
  async generateBatch(prompts: readonly string[], options: GenerateOptions = {}): Promise<Completion[]> {
    const begun = await this.#begin(prompts, resolveOptions(options));
    const found = begun.map((): { text: string; ids: number[] } => ({ text: '', ids: [] }));
    for (const batch of this.#scorer.takesPadding ? [begun] : begun.map((one) => [one])) {
      for await (const { index, token, text } of this.#write(batch)) {
        found[index]?.ids.push(token);
        (found[index] as { text: string }).text += text;
      }
    }
    return found.map((completion, index) => ({ ...completion, finish: begun[index]?.writing.finish as Finish }));
  }

  /** Frees the model on the device, which stays open. */
  close(): Promise<void> {
    return this.#scorer.release();
  }

  async #begin(prompts: readonly string[], options: Generating): Promise<Begun[]> {
    const encodings = await this.#tokenizer.encodeBatch(prompts);
    return encodings.map(({ ids }, index) => {
      const prompt = ids.length > 0 ? ids : [this.#start()];
      const most = Math.min(options.maxNewTokens, this.#maxLength - prompt.length);
      if (most < 1) fail('GENERATION_TOO_LONG', { tokens: prompt.length, longest: this.#maxLength });
      return { index, prompt, writing: new Writing(this.#tokenizer, prompt, this.#ends, most, options, index) };
    });
  }

  /** What stands in front of a text without a prompt. */
  #start(): number {
    const { bos, eos } = this.#tokenizer.specialIds;
    return bos ?? eos ?? fail('GENERATION_NO_PROMPT', {});
  }

  async *#write(begun: readonly Begun[]): AsyncGenerator<Piece, void> {
    let members = begun;
    let batch = new TokenBatch(begun.map(({ prompt }) => prompt));
    const isOpen = ({ writing }: Begun): boolean => writing.finish === undefined;
    while (members.some(isOpen)) {
      const scores = await this.#scorer.scores(batch);
      const tokens: number[] = [];
      for (const [row, member] of members.entries()) {
        const next = isOpen(member) ? await member.writing.next(scores[row] as Float32Array) : undefined;
        tokens.push(next?.token ?? 0);
        if (next) yield { index: member.index, ...next };
      }
      batch.append(tokens);
      // A batch of those that are left has to be computed from its beginning, so finished texts stay in it as long as the model can take them.
      if (batch.length < this.#maxLength) continue;
      const left = batch.rows.filter((_, row) => isOpen(members[row] as Begun));
      members = members.filter(isOpen);
      batch = new TokenBatch(left);
    }
  }
}

/** A text, its place in the batch and its prompt. */
interface Begun {
  readonly index: number;
  readonly prompt: readonly number[];
  readonly writing: Writing;
}

/** The model with a cache, or why it has none. */
async function tryCache(model: Model): Promise<CachedModel | RegraftError> {
  try {
    return await withCache(model);
  } catch (error) {
    if (error instanceof RegraftError && error.code === 'CACHE_NOT_FOUND') return error;
    throw error;
  }
}
