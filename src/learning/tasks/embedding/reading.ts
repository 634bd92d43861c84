import { RegraftError } from '../../../core/index.js';
import type { ReadingMode } from '../../data/index.js';
import { ROLE } from '../losses/index.js';
import { encodeTexts } from '../text/encode-texts.js';
import type { EncodeContext, EncodedText, TextReading, TextSample } from '../text/reading.js';

/** The texts of a labelled sample that get a vector each, anchor first, or what is wrong with it. */
export type Parts = (sample: TextSample, context: EncodeContext) => readonly string[] | RegraftError;

/** Text, positive and, where there is one, negative. */
export const textAndOthers: Parts = ({ content: { text, pair, negative } }, { negatives }) => {
  if (pair === undefined) return new RegraftError('TEXT_NO_PAIR', {});
  if (negative === undefined) return negatives === 'required' ? new RegraftError('TEXT_NO_NEGATIVE', {}) : [text, pair];
  return [text, pair, negative];
};

/** Two texts whose score is a cosine. */
export const scoredPair: Parts = ({ content: { text, pair }, label }) => {
  if (pair === undefined) return new RegraftError('TEXT_NO_PAIR', {});
  const [score = Number.NaN] = label as readonly number[];
  return score >= -1 && score <= 1 ? [text, pair] : new RegraftError('TEXT_SCORE', { score: String(score) });
};

/** One text with a class of its own. */
export const singleText: Parts = ({ content: { text, pair } }) => (pair === undefined ? [text] : new RegraftError('TEXT_PAIR_CLASS', {}));

/** Each text of a sample as an item of its own; of samples to predict, the first text alone. */
export function partsReading(parts: Parts): TextReading {
  return {
    unit: 'embedding',
    together: true,
    encode: async (samples, context, mode) => {
      const found = samples.map((sample) => textsOf(parts, sample, context, mode));
      const flat = found.flatMap((texts) => (texts instanceof RegraftError ? [] : texts));
      const contents = flat.map((text) => ({ content: { kind: 'text' as const, text }, label: undefined }));
      const encoded = await encodeTexts(contents, context, ({ text }) => text);
      let next = 0;
      return found.map((texts) => {
        if (texts instanceof RegraftError) return texts;
        next += texts.length;
        return withRoles(encoded.slice(next - texts.length, next));
      });
    },
  };
}

function textsOf(parts: Parts, sample: TextSample, context: EncodeContext, mode: ReadingMode): readonly string[] | RegraftError {
  return mode === 'predict' ? [sample.content.text] : parts(sample, context);
}

const ROLES = [ROLE.anchor, ROLE.positive, ROLE.negative];

function withRoles(items: readonly (readonly EncodedText[] | RegraftError)[]): readonly EncodedText[] | RegraftError {
  const wrong = items.find((item) => item instanceof RegraftError);
  if (wrong) return wrong;
  return (items as readonly (readonly EncodedText[])[])
    .flat()
    .map((item, i) => ({ ...item, target: Int32Array.of(ROLES[i] as number, numberOf(item.ids)) }));
}

/** A number for a text: equal for equal tokens, and hardly ever for others (FNV-1a over its tokens). */
function numberOf(ids: Int32Array): number {
  let hash = 0x811c9dc5;
  for (const id of ids) {
    hash = Math.imul(hash ^ (id & 0xffff), 0x01000193);
    hash = Math.imul(hash ^ (id >>> 16), 0x01000193);
  }
  return hash | 0;
}
