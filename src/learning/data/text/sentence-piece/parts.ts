import type { Settings } from '../files.js';
import { mergesOf } from './merges.js';
import type { SentencePieceModel } from './model.js';

/** What stands for a space in pieces. */
export const SPACE = '▁';

export function replace(pattern: string | { readonly regex: string }, content: string): Settings {
  return { type: 'Replace', pattern: typeof pattern === 'string' ? { String: pattern } : { Regex: pattern.regex }, content };
}

export function sequence(kind: 'normalizers' | 'pretokenizers' | 'decoders', parts: readonly Settings[]): Settings {
  return { type: 'Sequence', [kind]: parts };
}

/** The map of characters, if there is one. */
export function precompiled({ charsmap }: SentencePieceModel): readonly Settings[] {
  if (charsmap.length === 0) return [];
  return [{ type: 'Precompiled', precompiled_charsmap: base64(charsmap) }];
}

function base64(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += 8192) parts.push(String.fromCharCode(...bytes.subarray(at, at + 8192)));
  return btoa(parts.join(''));
}

export type PrependScheme = 'always' | 'first' | 'never';

export function metaspace(scheme: PrependScheme, split = true): Settings {
  return { type: 'Metaspace', replacement: SPACE, prepend_scheme: scheme, split };
}

/** Bytes of characters that have no piece become characters again; a space that was put before the text goes. */
export function bytesDecoder(stripSpace: boolean, before: readonly Settings[] = []): Settings {
  const strip = { type: 'Strip', content: ' ', start: 1, stop: 0 };
  return sequence('decoders', [...before, replace(SPACE, ' '), { type: 'ByteFallback' }, { type: 'Fuse' }, ...(stripSpace ? [strip] : [])]);
}

/** The entries of a vocabulary by id. */
export type Entries = readonly (readonly [piece: string, score: number])[];

export function modelOf(model: SentencePieceModel, entries: Entries, unkId: number, byteFallback: boolean): Settings {
  if (model.algorithm === 'Unigram') return { type: 'Unigram', unk_id: unkId, vocab: entries, byte_fallback: byteFallback };
  const vocab = Object.fromEntries(entries.map(([piece], id) => [piece, id]));
  return { type: 'BPE', unk_token: entries[unkId]?.[0], fuse_unk: true, byte_fallback: byteFallback, vocab, merges: mergesOf(model.pieces) };
}
