import { embeddingRows, findFeatures, type Pooling } from '../../bases/surgery/index.js';
import { fail } from '../../core/index.js';
import type { Dataset, ModelInputs, TextTokenizer } from '../../learning/data/index.js';
import { checkVocabulary, loadTokenizer, readSentenceModules } from '../../learning/data/index.node.js';
import { type EncodeContext, type Task, type TextInputSlot, type TextReading, textInputs, textSlots } from '../../learning/tasks/index.js';
import type { BundleInfo } from '../../reuse/bundle/index.node.js';
import type { RunSpec } from '../spec/index.js';
import { type Base, dataInputs } from './base.node.js';
import { signature } from './signature.js';

/** How a session reads text. */
export interface TextSession {
  readonly inputs: ModelInputs;
  readonly slots: readonly TextInputSlot[];
  /** The value with a vector for each token, or one for the text. */
  readonly tokens: string;
  readonly pooling: Pooling;
  /** What a bundle says of it. */
  readonly settings: NonNullable<BundleInfo['text']>;
}

/** More tokens than this are only read where the spec asks for them: memory grows with the square of a text's length. */
const MOST_TOKENS = 512;

/**
 * Makes a base ready to read text.
 * @param onNote what the user should know: texts that were cut
 * @throws BASE_NOT_TEXT, BASE_NO_TOKENIZER, TOKENIZER_VOCABULARY, TEXT_LENGTH, TEXT_TAPS, and what reading the tokenizer throws
 */
export async function openTextSession(
  { text, taps, training, recipe, data: { columns } }: RunSpec,
  task: Task & { readonly text: TextReading },
  base: Base,
  names: readonly string[],
  onNote: (text: string) => void,
): Promise<TextSession> {
  const slots = textSlots(dataInputs(base.model.graph).map(signature));
  if (base.files.size === 0) fail('BASE_NO_TOKENIZER', { uri: base.uri });
  const tokenizer = await loadTokenizer(base.files);
  const rows = embeddingRows(base.model.graph, slots.find(({ role }) => role === 'ids')?.name ?? '');
  if (rows !== undefined) checkVocabulary(tokenizer, rows);
  const limit = limitOf(recipe, base, slots);
  const maxLength = lengthOf(text, limit, slots);
  const padId = base.padId ?? padOf(tokenizer);
  const { overflow, lossOn } = text;
  const stride = text.stride === 'auto' ? Math.floor(maxLength / 4) : text.stride;
  const context: EncodeContext = {
    tokenizer,
    maxLength,
    overflow,
    stride,
    lossOn,
    names,
    negatives: training.loss.name === 'triplet' ? 'required' : 'optional',
  };
  const inputs = textInputs({
    task,
    context,
    slots,
    padId,
    batchSize: training.batchSize,
    inOrder: !training.shuffle,
    onCut: (dataset, count) => onNote(cutNote(dataset, count, maxLength, limit)),
  });
  const tokens = tappedValue(taps) ?? base.tokens ?? base.features ?? findFeatures(base.model.graph);
  const pooling = poolingOf(text, base);
  return { inputs, slots, tokens, pooling, settings: { maxLength, overflow, stride, lossOn, columns: columnsOfText(columns), padId } };
}

/** @throws SENTENCE_MODULE_UNSUPPORTED */
function poolingOf({ pooling }: RunSpec['text'], { files, isCausal }: Base): Pooling {
  if (pooling !== 'auto') return pooling;
  const trained = readSentenceModules(files)?.pooling ?? (isCausal ? 'last' : 'mean');
  return trained === 'cls' ? 'first' : trained;
}

/** The columns that texts are read from: those of labels are no business of one who predicts. */
function columnsOfText(columns: RunSpec['data']['columns']): NonNullable<TextSession['settings']['columns']> {
  const texts = ['text', 'pair', 'question', 'context', 'prompt', 'completion', 'anchor', 'positive', 'negative', 'words'];
  return Object.fromEntries(Object.entries(columns).filter(([role]) => texts.includes(role)));
}

/** The value a spec names for the head to read. @throws TEXT_TAPS */
function tappedValue(taps: RunSpec['taps']): string | undefined {
  if (taps === 'last') return undefined;
  const [tap, ...others] = taps === 'auto' ? [] : taps;
  return tap === undefined || others.length > 0 ? fail('TEXT_TAPS', { taps: [taps].flat().join(', ') }) : tap;
}

/** @param limit of the base */
function cutNote({ name, size }: Dataset, count: number, maxLength: number, limit: number): string {
  const remedy = maxLength < limit ? 'Raise text.maxLength to read more of them.' : 'The base reads no more.';
  return `${count} of the ${size} texts of ${name} were cut at ${maxLength} tokens. ${remedy}`;
}

/** Tokens that a text may have at most. Those that are learnt before it take up places of the base, too. */
function limitOf(recipe: RunSpec['recipe'], { maxTokens }: Base, slots: readonly TextInputSlot[]): number {
  const prompt = recipe.name === 'prompt-tuning' ? recipe.tokens : 0;
  return slots[0]?.length ?? (maxTokens ?? Number.POSITIVE_INFINITY) - prompt;
}

/** @throws TEXT_LENGTH where the base takes fewer tokens than asked for */
function lengthOf({ maxLength }: RunSpec['text'], limit: number, slots: readonly TextInputSlot[]): number {
  if (maxLength === 'auto') return slots[0]?.length ?? Math.min(limit, MOST_TOKENS);
  return maxLength <= limit ? maxLength : fail('TEXT_LENGTH', { asked: maxLength, limit });
}

/** Padding is never looked at; a vocabulary without a token for it pads with any other. */
function padOf({ specialIds }: TextTokenizer): number {
  return specialIds.pad ?? specialIds.eos ?? 0;
}
