import type { Span } from '../../text/encoding.js';

/** Words as a text, with a blank between them. */
export function joinWords(words: readonly string[]): { readonly text: string; readonly spans: Span[] } {
  const spans: Span[] = [];
  let end = -1;
  for (const word of words) {
    const start = end + 1;
    end = start + word.length;
    spans.push([start, end]);
  }
  return { text: words.join(' '), spans };
}
