/** The tokens of a text, or of a pair of texts, with the special tokens of the model around them. All lists have one entry a token. */
export interface Encoding {
  readonly ids: readonly number[];
  readonly typeIds: readonly number[];
  /** Which text a token is of: 0 for the text, 1 for its pair, null for a special token of the model. */
  readonly sequenceIds: readonly (0 | 1 | null)[];
  /** Where a token lies in its text, in UTF-16 units, as `text.slice(start, end)` takes them; [0, 0] for special tokens. Absent in browsers. */
  readonly offsets?: readonly Span[];
  /** Which word of its text a token belongs to, as the tokenizer splits words; null for special tokens. Absent in browsers. */
  readonly wordIds?: readonly (number | null)[];
}

export type Span = readonly [start: number, end: number];

/** A text, or two texts that the model reads together: premise and hypothesis, question and context. */
export type TextInput = string | readonly [text: string, pair: string];

export interface EncodeOptions {
  /** Tokens at most, special tokens included. Of a pair, the longer text is cut first. Default: nothing is cut. */
  readonly maxLength?: number;
  /** Default: true. */
  readonly addSpecialTokens?: boolean;
}

export interface WindowOptions {
  /** Tokens of a window at most, special tokens included. */
  readonly maxLength: number;
  /** Tokens that a window shares with the one before. Default: 0. */
  readonly stride?: number;
}

export const SPECIAL_ROLES = ['pad', 'unk', 'cls', 'sep', 'mask', 'bos', 'eos'] as const;
export type SpecialRole = (typeof SPECIAL_ROLES)[number];

/** Turns text into the numbers a language model reads, as the model's own tokenizer does. Nothing is padded. */
export interface TextTokenizer {
  /** Entries of the vocabulary, added tokens included. */
  readonly vocabularySize: number;
  /** The largest id there is; ids may have gaps. */
  readonly largestId: number;
  /** The ids of the tokens with a role, as far as the model's files name them. */
  readonly specialIds: Readonly<Partial<Record<SpecialRole, number>>>;
  /** Whether encodings carry offsets and word ids. */
  readonly hasOffsets: boolean;
  tokenId(token: string): number | undefined;
  /** @throws TOKENIZER_LENGTH when `maxLength` is taken up by special tokens */
  encode(input: TextInput, options?: EncodeOptions): Promise<Encoding>;
  /** @throws TOKENIZER_LENGTH */
  encodeBatch(inputs: readonly TextInput[], options?: EncodeOptions): Promise<Encoding[]>;
  /** The ids alone, which takes half the time. @throws TOKENIZER_LENGTH */
  encodeIds(inputs: readonly TextInput[], options?: EncodeOptions): Promise<Int32Array[]>;
  /**
   * A long text as windows that overlap by `stride` tokens. Of a pair, the first text is whole in every window and the second is divided.
   * @throws TOKENIZER_LENGTH when no more than `stride` tokens of the text fit
   */
  encodeWindows(input: TextInput, options: WindowOptions): Promise<Encoding[]>;
  /** The text of ids, without special tokens. */
  decode(ids: readonly number[]): Promise<string>;
}
