import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Encoding, TextInput } from '../../src/index.js';

/** What Hugging Face's library in Python makes of a text; offsets in UTF-16 units. Written by bench/oracles/tokenizers_golden.py. */
export interface Golden {
  readonly input: TextInput;
  readonly ids: readonly number[];
  readonly typeIds: readonly number[];
  readonly special: readonly number[];
  readonly offsets: readonly (readonly number[])[];
  readonly wordIds: readonly (number | null)[];
  readonly decoded: string;
}

interface Windows {
  readonly input: TextInput;
  readonly ids: readonly (readonly number[])[];
}

export interface Goldens {
  readonly texts: readonly Golden[];
  /** To 12 tokens. */
  readonly cut: readonly Golden[];
  /** Of 12 tokens, 4 shared. */
  readonly windows: readonly Windows[];
  /** Of 24 tokens, 3 shared; the first text whole. */
  readonly pairWindows: Windows;
  readonly long?: { readonly text: string; readonly repeats: number; readonly count: number; readonly sum: number; readonly end: readonly number[] };
}

const folder = fileURLToPath(new URL('.', import.meta.url));

export const goldens = JSON.parse(readFileSync(`${folder}tokenizers.json`, 'utf8')) as Readonly<Record<string, Goldens>>;

/** Files of a folder by name, as an imported model carries them. */
export function filesIn(path: string): ReadonlyMap<string, Uint8Array> {
  return new Map(readdirSync(path).map((name) => [name, new Uint8Array(readFileSync(`${path}/${name}`))]));
}

export function tokenizerFiles(name: string): ReadonlyMap<string, Uint8Array> {
  return filesIn(folder + name);
}

/** An encoding in the words of the golden file. */
export function asGolden(input: TextInput, { ids, typeIds, sequenceIds, offsets, wordIds }: Encoding, decoded: string): Golden {
  const special = sequenceIds.map((sequence) => (sequence === null ? 1 : 0));
  return { input, ids, typeIds, special, offsets: offsets ?? [], wordIds: wordIds ?? [], decoded };
}
