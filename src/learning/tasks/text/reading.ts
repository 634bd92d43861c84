import type { Random, RegraftError } from '../../../core/index.js';
import type { Label, ReadingMode, TextContent, TextTokenizer } from '../../data/index.js';
import type { Prediction } from '../prediction.js';

/** A text as a model reads it. */
export interface EncodedText {
  /** The tokens, special ones included. */
  readonly ids: Int32Array;
  /** Which of two texts each token is of; left out where there is one. */
  readonly typeIds?: Uint8Array;
  /** What the model shall say of this item, where that is not the sample's label: one index a token, or positions of tokens. */
  readonly target?: Int32Array;
  /** Whether some of the text was left out. */
  readonly isCut?: boolean;
}

/** A text and what is known of it. */
export interface TextSample {
  readonly content: TextContent;
  readonly label: Label;
}

/** How texts become tokens. */
export interface EncodeContext {
  readonly tokenizer: TextTokenizer;
  /** Tokens of an item at most, special tokens included. */
  readonly maxLength: number;
  /** What happens to longer texts: cut, an error, or as a task has it: read in windows. */
  readonly overflow: 'cut' | 'fail';
  /** Tokens that a window shares with the one before. */
  readonly stride: number;
  /** What of a prompt and its completion is learnt. */
  readonly lossOn: 'all' | 'completion';
  /** Whether each sample must have a text unlike its first. */
  readonly negatives: 'optional' | 'required';
  /** Names of the classes or tags. */
  readonly names: readonly string[];
}

/** An item that has gone through a model: what is kept of the output for it. */
export interface AnsweredItem {
  readonly item: EncodedText;
  readonly row: Float32Array;
}

/** How a task reads texts and answers. */
export interface TextReading {
  /**
   * What the model answers for: a whole text, each token of it, or which words there are: then the base keeps its own head. An embedding is a whole
   * text's, too, and has no head.
   */
  readonly unit: 'text' | 'token' | 'embedding' | 'masked-language-model' | 'causal-language-model';
  /** Set where the loss compares the items of a sample: in training they are neighbours in one batch, whose size counts samples. */
  readonly together?: true;
  /**
   * Each sample as the items the model reads. What cannot be read is an error in its place.
   * @param mode samples to predict have no labels
   * @throws what is wrong with all of them
   */
  encode(samples: readonly TextSample[], context: EncodeContext, mode: ReadingMode): Promise<(readonly EncodedText[] | RegraftError)[]>;
  /** Numbers that a new head gives for each of these; as many as there are names when left out. */
  readonly outputs?: number;
  /** Length of an item's target, given that of its tokens; targets are padded with {@link IGNORED}. Left out where the label is the target. */
  readonly targetLength?: (tokens: number) => number;
  /** An item as it is read in one epoch: with other words masked, for example. */
  readonly vary?: (item: EncodedText, random: Random, tokenizer: TextTokenizer) => EncodedText;
  /**
   * What is kept of the output for an item; all of it when left out.
   * @param output of its own tokens only, where the model answers for tokens
   */
  readonly reduce?: (output: Float32Array, item: EncodedText, context: EncodeContext) => Float32Array;
  /** What a labelled sample's answers are worth, as numbers that the task's `measure` takes; the output itself when left out. */
  readonly score?: (sample: TextSample, answers: readonly AnsweredItem[], context: EncodeContext) => Float32Array | Promise<Float32Array>;
  /** What the kept rows of a text's items mean; by `Task.decode` when left out. */
  readonly interpret?: (content: TextContent, rows: readonly Float32Array[], context: EncodeContext) => Prediction | Promise<Prediction>;
}

/** A target that counts for nothing: padding, special tokens, words that are not asked for. As in PyTorch's losses. */
export const IGNORED = -100;
