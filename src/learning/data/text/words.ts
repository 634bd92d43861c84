import type { Span } from './encoding.js';

/** The rules of Unicode (UAX #29) with no language's own, so that all machines divide alike. */
const segmenter = new Intl.Segmenter('und', { granularity: 'word' });
/** What a word falls into: letters and digits in a row with what is joined to them, and anything else by itself. */
const PARTS = /[\p{L}\p{M}\p{N}\p{Cf}]+|[^\p{L}\p{M}\p{N}\p{Cf}]/gu;

/**
 * Where the words of a text stand, in UTF-16 units: words as Unicode divides them (UAX #29), each punctuation mark by itself, even inside of a
 * word ("Anna's" is three), because names end there.
 */
export function segmentWords(text: string): Span[] {
  const words: Span[] = [];
  for (const { segment, index, isWordLike } of segmenter.segment(text)) {
    if (segment.trim() === '') continue;
    if (!isWordLike) words.push([index, index + segment.length]);
    else for (const { 0: part, index: start } of segment.matchAll(PARTS)) words.push([index + start, index + start + part.length]);
  }
  return words;
}
