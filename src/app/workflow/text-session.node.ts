import { embeddingRows, findFeatures, type Pooling } from '../../bases/surgery/index.js';
import { fail } from '../../core/index.js';
import type { Dataset, ModelInputs, TextTokenizer } from '../../learning/data/index.js';
import { checkVocabulary, loadTokenizer } from '../../learning/data/index.node.js';
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
 * @throws BASE_NO_TOKENIZER, BASE_NOT_TEXT, TAP_ONE, TOKENIZER_VOCABULARY, TEXT_LENGTH, and what reading the tokenizer throws
 */
export async function openTextSession(
  { text, taps, training }: RunSpec,
  task: Task & { readonly text: TextReading },
  base: Base,
  names: readonly string[],
  onNote: (text: string) => void,
): Promise<TextSession> {
  if (base.files.size === 0) fail('BASE_NO_TOKENIZER', { uri: base.uri });
  const tokenizer = await loadTokenizer(base.files);
  const slots = textSlots(dataInputs(base.model.graph).map(signature));
  const rows = embeddingRows(base.model.graph, slots.find(({ role }) => role === 'ids')?.name ?? '');
  if (rows !== undefined) checkVocabulary(tokenizer, rows);
  const maxLength = lengthOf(text, base, slots);
  const padId = base.padId ?? padOf(tokenizer);
  const { overflow, lossOn } = text;
  const stride = text.stride === 'auto' ? Math.floor(maxLength / 4) : text.stride;
  const context: EncodeContext = { tokenizer, maxLength, overflow, stride, lossOn, names };
  const inputs = textInputs({
    task,
    context,
    slots,
    padId,
    batchSize: training.batchSize,
    inOrder: !training.shuffle,
    onCut: (dataset, count) => onNote(cutNote(dataset, count, maxLength)),
  });
  const tokens = tapOf(taps) ?? base.tokens ?? base.features ?? findFeatures(base.model.graph);
  const pooling = text.pooling === 'auto' ? 'mean' : text.pooling;
  return { inputs, slots, tokens, pooling, settings: { maxLength, overflow, stride, lossOn, padId } };
}

/** The value that a spec names. @throws TAP_ONE */
function tapOf(taps: RunSpec['taps']): string | undefined {
  if (typeof taps === 'string') return undefined;
  const [tap, ...others] = taps;
  return others.length === 0 ? tap : fail('TAP_ONE', { taps: taps.join(', ') });
}

function cutNote({ name, size }: Dataset, count: number, maxLength: number): string {
  return `${count} of the ${size} texts of ${name} were cut at ${maxLength} tokens. Raise text.maxLength to read more of them.`;
}

/** @throws TEXT_LENGTH where the base takes fewer tokens than asked for */
function lengthOf({ maxLength }: RunSpec['text'], { maxTokens }: Base, slots: readonly TextInputSlot[]): number {
  const fixed = slots[0]?.length;
  const limit = fixed ?? maxTokens ?? Number.POSITIVE_INFINITY;
  if (maxLength === 'auto') return fixed ?? Math.min(limit, MOST_TOKENS);
  return maxLength <= limit ? maxLength : fail('TEXT_LENGTH', { asked: maxLength, limit });
}

/** Padding is never looked at; a vocabulary without a token for it pads with any other. */
function padOf({ specialIds }: TextTokenizer): number {
  return specialIds.pad ?? specialIds.eos ?? 0;
}
