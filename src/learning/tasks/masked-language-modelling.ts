import { fail, type Random, type RegraftError } from '../../core/index.js';
import type { Encoding, TextContent, TextTokenizer } from '../data/index.js';
import { bestTokens, languageModel, summed, wordsOf } from './language-model.js';
import type { Prediction } from './prediction.js';
import type { Task } from './task.js';
import { encodedText, readable } from './text/encode-texts.js';
import { type EncodeContext, type EncodedText, IGNORED, type TextReading, type TextSample } from './text/reading.js';

/** Share of the tokens that are asked for, and of these the shares that are masked and that are replaced by a random token (BERT, arXiv 1810.04805). */
const ASKED = 0.15;
const MASKED = 0.8;
const REPLACED = 0.1;

/** Long texts are read in windows; 0 marks tokens of the text that may be asked for: each in the first window that holds it. */
async function encodeOne({ content: { text } }: TextSample, { tokenizer, maxLength, stride }: EncodeContext): Promise<EncodedText[] | RegraftError> {
  const whole = await tokenizer.encode(text);
  const wrong = readable(whole, text, tokenizer);
  if (wrong) return wrong;
  const windows = whole.ids.length <= maxLength ? [whole] : await tokenizer.encodeWindows(text, { maxLength, stride });
  return windows.map((encoding, window) => ({ ...encodedText(encoding), target: candidates(encoding, window === 0 ? 0 : stride) }));
}

/** @param shared tokens at its beginning that the window before has, too */
function candidates({ sequenceIds }: Encoding, shared: number): Int32Array {
  let left = shared;
  return Int32Array.from(sequenceIds, (sequence) => (sequence === null || left-- > 0 ? IGNORED : 0));
}

/** Masks other tokens at each reading; at least one is asked for. @throws TOKENIZER_NO_MASK */
function vary({ ids, typeIds, target = new Int32Array() }: EncodedText, random: Random, { specialIds, largestId }: TextTokenizer): EncodedText {
  const mask = specialIds.mask ?? fail('TOKENIZER_NO_MASK', {});
  const places = [...target.keys()].filter((place) => target[place] !== IGNORED);
  const asked = new Set(places.filter(() => random.uniform() < ASKED));
  if (asked.size === 0 && places.length > 0) asked.add(places[Math.floor(random.uniform() * places.length)] as number);
  const read = ids.slice();
  const wanted = new Int32Array(ids.length).fill(IGNORED);
  for (const place of asked) {
    wanted[place] = ids[place] as number;
    const chance = random.uniform();
    if (chance < MASKED) read[place] = mask;
    else if (chance < MASKED + REPLACED) read[place] = Math.floor(random.uniform() * (largestId + 1));
  }
  return { ids: read, ...(typeIds && { typeIds }), target: wanted };
}

/** The most probable words at each mask. */
function bestWords(output: Float32Array, { ids, target }: EncodedText, { tokenizer }: EncodeContext): Float32Array {
  const masks = [...ids.keys()].filter((place) => ids[place] === tokenizer.specialIds.mask && target?.[place] !== IGNORED);
  return bestTokens(output, ids.length, masks);
}

async function wordsBehindMasks(_: TextContent, rows: readonly Float32Array[], { tokenizer }: EncodeContext): Promise<Prediction> {
  const masks = await Promise.all(rows.map((row) => wordsOf(row, tokenizer)));
  return { kind: 'masks', masks: masks.flat() };
}

const reading: TextReading = {
  unit: 'masked-language-model',
  targetLength: (tokens) => tokens,
  encode: (samples, context) => Promise.all(samples.map((sample) => encodeOne(sample, context))),
  vary,
  reduce: bestWords,
  score: summed,
  interpret: wordsBehindMasks,
};

/** Which words stand behind masks: adapts a base to the language of a domain, from texts without labels (Gururangan et al., arXiv 2004.10964). */
export const maskedLanguageModelling: Task = { ...languageModel, name: 'masked-language-modelling', text: reading };
