import { fail, type RegraftError } from '../../core/index.js';
import type { Encoding, TextContent } from '../data/index.js';
import { languageModel, summed } from './language-model.js';
import type { Task } from './task.js';
import { readable } from './text/encode-texts.js';
import { type EncodeContext, type EncodedText, IGNORED, type TextReading, type TextSample } from './text/reading.js';

/** Prompt and completion, one after the other. */
function wholeOf({ text, pair = '' }: TextContent): string {
  return text + pair;
}

/**
 * The text's tokens and one that ends it, in windows where it is long; the target of each token is the next one. Tokens that a window shares with the
 * one before are read and not asked for again.
 * @throws TOKENIZER_LENGTH where windows share all of their tokens
 */
async function encodeOne({ content }: TextSample, context: EncodeContext): Promise<EncodedText[] | RegraftError> {
  const { tokenizer, maxLength, stride } = context;
  if (stride >= maxLength) fail('TOKENIZER_LENGTH', { maxLength, special: 0, stride });
  const text = wholeOf(content);
  const encoding = await tokenizer.encode(text);
  const wrong = readable(encoding, text, tokenizer);
  if (wrong) return wrong;
  const { eos } = tokenizer.specialIds;
  const ends = eos !== undefined && encoding.ids.at(-1) !== eos;
  const ids = Int32Array.from(ends ? [...encoding.ids, eos] : encoding.ids);
  const from = firstAsked(content, encoding, context);
  const items: EncodedText[] = [];
  for (let start = 0; ; start += maxLength - stride) {
    const end = Math.min(ids.length, start + maxLength);
    items.push(itemOf(ids, start, end, Math.max(from, start === 0 ? 0 : start + stride)));
    if (end === ids.length) return items;
  }
}

/** @param from the first token that is asked for */
function itemOf(ids: Int32Array, start: number, end: number, from: number): EncodedText {
  const target = new Int32Array(end - start).fill(IGNORED);
  for (let place = start; place + 1 < end; place++) if (place + 1 >= from) target[place - start] = ids[place + 1] as number;
  return { ids: ids.slice(start, end), target };
}

/** The first token of the completion where only that is learnt. @throws TOKENIZER_NO_OFFSETS */
function firstAsked({ text, pair }: TextContent, { offsets }: Encoding, { lossOn }: EncodeContext): number {
  if (lossOn === 'all' || pair === undefined) return 0;
  if (offsets === undefined) return fail('TOKENIZER_NO_OFFSETS', { task: 'training on completions only' });
  const first = offsets.findIndex(([, end]) => end > text.length);
  return first < 0 ? offsets.length : first;
}

const reading: TextReading = {
  unit: 'causal-language-model',
  targetLength: (tokens) => tokens,
  encode: (samples, context) => Promise.all(samples.map((sample) => encodeOne(sample, context))),
  score: summed,
};

/** Which word comes next: adapts a base that writes text to a domain, or to answer prompts. */
export const causalLanguageModelling: Task = { ...languageModel, name: 'causal-language-modelling', text: reading };
