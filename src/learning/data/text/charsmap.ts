/**
 * How SentencePiece rewrites characters: the bytes of what is rewritten lie in a double array (Darts-clone: a trie in one list of 32-bit units), whose
 * leaves say where the replacement begins among texts that each end with a zero byte. Source: SentencePiece, normalizer.cc, and Darts-clone, darts.h.
 */
export interface Charsmap {
  readonly units: Uint32Array;
  readonly texts: Uint8Array;
}

/** The map in its bytes: the size of the trie in bytes (little endian), the trie, the texts. `undefined` where that is not what they are. */
function readCharsmap(bytes: Uint8Array): Charsmap | undefined {
  if (bytes.length < 4) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const size = view.getUint32(0, true);
  if (size === 0 || size % 4 !== 0 || size > bytes.length - 4) return undefined;
  const units = Uint32Array.from({ length: size / 4 }, (_, index) => view.getUint32(4 + 4 * index, true));
  return { units, texts: bytes.subarray(4 + size) };
}

/** The map in Base64, as a `tokenizer.json` holds it. */
export function charsmapOf(text: string): Charsmap | undefined {
  try {
    return readCharsmap(Uint8Array.from(atob(text), (character) => character.charCodeAt(0)));
  } catch {
    // No Base64.
    return undefined;
  }
}

/** Whether every way through the trie stays in it and ends at the beginning of a text. */
export function isSound({ units, texts }: Charsmap): boolean {
  const valid = isUtf8(texts);
  const waiting = [offsetOf(units[0] as number)];
  const seen = new Set(waiting);
  for (let base = waiting.pop(); base !== undefined; base = waiting.pop()) {
    // Any byte may come next, and the library looks at its unit without a check.
    if ((base | 255) >= units.length) return false;
    for (let byte = 1; byte < 256; byte++) {
      const unit = units[base ^ byte] as number;
      if (labelOf(unit) !== byte) continue;
      const next = base ^ byte ^ offsetOf(unit);
      if (hasLeaf(unit) && !(valid && startsText(texts, textOf(units[next])))) return false;
      if (!seen.has(next)) waiting.push(next);
      seen.add(next);
    }
  }
  return true;
}

function startsText(texts: Uint8Array, at: number): boolean {
  return at < texts.length && ((texts[at] as number) & 0xc0) !== 0x80;
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** A text, rewritten: what is longest goes first. */
export function rewrite(map: Charsmap, text: string): string {
  const bytes = new TextEncoder().encode(text);
  const parts: Uint8Array[] = [];
  let kept = 0;
  for (let at = 0; at < bytes.length; ) {
    const found = longest(map, bytes, at);
    if (found) {
      parts.push(bytes.subarray(kept, at), found.text);
      kept = at + found.length;
    }
    at += found?.length ?? lengthOf(bytes[at] as number);
  }
  if (kept === 0) return text;
  return joined([...parts, bytes.subarray(kept)]);
}

/** The longest beginning of the bytes from `start` that is rewritten. */
function longest({ units, texts }: Charsmap, bytes: Uint8Array, start: number): { readonly length: number; readonly text: Uint8Array } | undefined {
  let position = offsetOf(units[0] as number);
  let found: { readonly length: number; readonly text: Uint8Array } | undefined;
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    const unit = units[position ^ byte] as number;
    // What is no zero byte in the trie ends a text there.
    if (byte === 0 || labelOf(unit) !== byte) return found;
    position ^= byte ^ offsetOf(unit);
    if (!hasLeaf(unit)) continue;
    const value = textOf(units[position]);
    found = { length: at + 1 - start, text: texts.subarray(value, texts.indexOf(0, value)) };
  }
  return found;
}

function joined(parts: readonly Uint8Array[]): string {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  parts.reduce((at, part) => {
    all.set(part, at);
    return at + part.length;
  }, 0);
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(all);
}

/** Bytes of the character that begins with this one. */
function lengthOf(byte: number): number {
  return byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}

function labelOf(unit: number): number {
  return (unit & ((2 ** 31) | 255)) >>> 0;
}

function hasLeaf(unit: number): boolean {
  return ((unit >>> 8) & 1) === 1;
}

function offsetOf(unit: number): number {
  return ((unit >>> 10) << ((unit & (2 ** 9)) >>> 6)) >>> 0;
}

function textOf(unit = 0): number {
  return unit & (2 ** 31 - 1);
}
