import { RegraftError } from '../../../core/index.js';
import type { Encoding, TextContent, TextInput, TextTokenizer } from '../../data/index.js';
import type { EncodeContext, EncodedText, TextSample } from './reading.js';

/** The text of a sample, or both texts where it has two. */
export function textAndPair({ text, pair }: TextContent): TextInput {
  return pair === undefined ? text : [text, pair];
}

/**
 * Each sample as one item of at most `maxLength` tokens. In place of those that cannot be read: TEXT_EMPTY, TEXT_UNKNOWN, TEXT_TOO_LONG.
 * @param textOf what is read of a sample
 */
export async function encodeTexts(
  samples: readonly TextSample[],
  { tokenizer, maxLength, overflow }: EncodeContext,
  textOf: (content: TextContent) => TextInput,
): Promise<(readonly EncodedText[] | RegraftError)[]> {
  const inputs = samples.map(({ content }) => textOf(content));
  const whole = await tokenizer.encodeBatch(inputs);
  const results = whole.map((encoding, i) => readable(encoding, inputs[i] as TextInput, tokenizer) ?? [encodedText(encoding)]);
  for (const [i, { ids }] of whole.entries()) {
    if (ids.length <= maxLength || results[i] instanceof RegraftError) continue;
    const cut = async (): Promise<EncodedText> => ({ ...encodedText(await tokenizer.encode(inputs[i] as TextInput, { maxLength })), isCut: true });
    results[i] = overflow === 'fail' ? new RegraftError('TEXT_TOO_LONG', { tokens: ids.length, limit: maxLength }) : [await cut()];
  }
  return results;
}

/** An encoding as what is kept of it. */
export function encodedText({ ids, typeIds }: Encoding): EncodedText {
  return { ids: Int32Array.from(ids), ...(typeIds.some((id) => id !== 0) && { typeIds: Uint8Array.from(typeIds) }) };
}

/** What is wrong with a text, if anything. */
export function readable({ ids, sequenceIds }: Encoding, input: TextInput, { specialIds }: TextTokenizer): RegraftError | undefined {
  const texts = [input].flat();
  if (texts.some((text) => text.trim() === '')) return new RegraftError('TEXT_EMPTY', { what: 'The text' });
  const own = ids.filter((_, i) => sequenceIds[i] !== null);
  if (own.length === 0) return new RegraftError('TEXT_EMPTY', { what: 'The text' });
  if (own.every((id) => id === specialIds.unk)) return new RegraftError('TEXT_UNKNOWN', { text: texts.join(' ').slice(0, 40) });
  return undefined;
}
