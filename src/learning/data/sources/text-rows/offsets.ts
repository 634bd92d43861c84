import type { Span } from '../../text/encoding.js';
import { toUtf16 } from '../../text/offsets.js';

/** A place counted in code points, as Python counts, in UTF-16 units; undefined when it is not inside of the text. */
export function placeOf(text: string, start: number, end: number): Span | undefined {
  if (!(Number.isInteger(start) && Number.isInteger(end) && start >= 0 && end >= start)) return undefined;
  // A text has at most as many code points as units: only what lies near the end must be counted.
  if (end > text.length || (/[\u{10000}-\u{10ffff}]/u.test(text) && end > [...text].length)) return undefined;
  return toUtf16(text, [[start, end]])[0];
}
