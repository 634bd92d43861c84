import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { filesIn, type Goldens } from './golden.js';

/** What SentencePiece itself makes of a text. Written by bench/oracles/sentencepiece_golden.py. */
export interface Plain {
  readonly texts: readonly { readonly input: string; readonly ids: readonly number[]; readonly decoded: string }[];
  readonly long: { readonly text: string; readonly repeats: number; readonly count: number; readonly sum: number; readonly end: readonly number[] };
}

const folder = fileURLToPath(new URL('spm/', import.meta.url));
const unzipped = (name: string): Buffer => gunzipSync(readFileSync(folder + name));
const parsed = (name: string): unknown => JSON.parse(unzipped(name).toString());

export const plainModels = Object.entries(parsed('plain.json.gz') as Readonly<Record<string, Plain>>);
export const classModels = Object.entries(parsed('classes.json.gz') as Readonly<Record<string, Goldens>>);

/** The map of characters of `nmt_nfkc`, as the part of a model that holds it. */
const MAP = unzipped('nmt_nfkc.gz');

/** The files of a model; the map that several share is put behind the rest, which is how two parts of a protobuf message become one. */
export function modelFiles(name: string): ReadonlyMap<string, Uint8Array> {
  const files = [...filesIn(folder + name)];
  return new Map(files.map(([file, bytes]) => [file, Buffer.from(bytes).includes('nmt_nfkc') ? new Uint8Array(Buffer.concat([bytes, MAP])) : bytes]));
}
