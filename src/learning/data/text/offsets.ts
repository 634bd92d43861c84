import type { Span } from './encoding.js';

/** Offsets that count code points, as Rust's library counts them, in UTF-16 units. A surrogate without its other half counts as one. */
export function toUtf16(text: string, offsets: readonly (readonly number[])[]): readonly Span[] {
  const starts = startsOf(text);
  if (!starts) return offsets as unknown as readonly Span[];
  return offsets.map(([start = 0, end = 0]) => [starts[start] ?? text.length, starts[end] ?? text.length]);
}

/** Where each code point begins; undefined when all take one unit. */
function startsOf(text: string): Uint32Array | undefined {
  if (!/[\u{10000}-\u{10ffff}]/u.test(text)) return undefined;
  const starts = new Uint32Array(text.length);
  let count = 0;
  for (let at = 0; at < text.length; at += (text.codePointAt(at) as number) > 0xffff ? 2 : 1) starts[count++] = at;
  return starts.subarray(0, count);
}
