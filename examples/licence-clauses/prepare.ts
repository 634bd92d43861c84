/**
 * Writes the clauses of licence texts in the form Doccano exports: `npx tsx examples/licence-clauses/prepare.ts` writes `data/train.jsonl` and `data/test.jsonl`
 * beside this file, a paragraph a line, with `label: [[start, end, NAME], …]` counted in characters. The labels are made by the rules below.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { distinct, divide } from '../../bench/language/rows.js';
import { groupBy } from '../../src/core/index.js';

type Span = readonly [start: number, end: number, name: string];

interface Paragraph {
  readonly text: string;
  readonly label: readonly Span[];
}

/** What a pattern's first group is, or all of it where it has none. */
const RULES: readonly (readonly [name: string, pattern: RegExp])[] = [
  [
    'HOLDER',
    /Copyright\s+(?=\([cC]\)|©|\d{4})(?:\([cC]\)\s*|©\s*)*(?:\d{4}[\d\s,–-]*(?:present)?[,.]?\s+)?(?:by\s+)?([\p{L}@][^<>()\d,]*?)(?=\s*[<(,]|(?<=\p{L}{3})\.|\s+(?:[Aa]ll [Rr]ights|Permission|Copyright|Licensed|https?:)|\s*$)/gu,
  ],
  ['YEAR', /\b((?:19|20)\d\d)\b/g],
  [
    'LICENCE',
    /\b((?:the )?(?:MIT|ISC|Apache|BSD|Mozilla Public|Creative Commons)(?:[ -][\d.]+-Clause|[ -]Zero)?[ -]Licen[cs]e(?:,? Version [\d.]*\d)?)/gi,
  ],
  ['GRANT', /(permission (?:is hereby granted|to use, copy, modify)[^.:]*)/gi],
  ['CONDITION', /((?:the above copyright notice|redistributions (?:of|in)|neither the name)[^.]*)/gi],
  ['WARRANTY', /((?:the software is|this software is) provided[^.]*)/gi],
  ['LIABILITY', /(in no event shall[^.]*)/gi],
];

/** The first rule that claims a part of the text has it. Spans end where a word does. */
function spansOf(text: string): Span[] {
  const found: Span[] = [];
  for (const [name, pattern] of RULES) {
    for (const match of text.matchAll(pattern)) {
      const part = match[1] ?? match[0];
      const start = match.index + match[0].indexOf(part);
      const end = start + part.replace(/[^\p{L}\p{N})]+$/u, '').length;
      if (end > start && found.every(([from, to]) => end <= from || start >= to)) found.push([start, end, name]);
    }
  }
  return found.sort((a, b) => a[0] - b[0]);
}

/** Paragraphs of a licence, each on one line, without the marks of lists and comments. */
function paragraphsOf(licence: string): string[] {
  return licence
    .split(/\r?\n\s*\r?\n/)
    .map((paragraph) =>
      paragraph
        .replaceAll(/^[\s*#>/-]+/gm, '')
        .replaceAll(/\s+/g, ' ')
        .trim(),
    )
    .filter((paragraph) => paragraph.length >= 10 && paragraph.length < 1500);
}

/** What paragraphs have in common that differ in names and numbers alone. */
function wordingOf({ text }: Paragraph): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z]+/g, ' ')
    .trim();
}

const SIZES = { train: 400, test: 150 };
const SEED = 0;
const root = join(import.meta.dirname, '..', '..', 'node_modules');
const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((file) => /(^|[\\/])licen[sc]e(-\w+)?(\.(md|txt))?$/i.test(file))
  .sort((a, b) => (a.split(sep).join('/') < b.split(sep).join('/') ? -1 : 1));
const paragraphs = files.flatMap((file) => paragraphsOf(readFileSync(join(root, file), 'utf8'))).map((text) => ({ text, label: spansOf(text) }));
// Licences repeat each other: of paragraphs of one wording, one is kept, so that none is trained on and tested on.
const sides = divide(distinct(paragraphs, wordingOf), wordingOf, SIZES, SEED);
const folder = join(import.meta.dirname, 'data');
mkdirSync(folder, { recursive: true });
for (const side of ['train', 'test'] as const) {
  writeFileSync(join(folder, `${side}.jsonl`), sides[side].map((row) => `${JSON.stringify(row)}\n`).join(''));
  const counts = groupBy(
    sides[side].flatMap(({ label }) => label),
    ([, , name]) => name,
  );
  console.log(`${side}.jsonl: ${sides[side].length} paragraphs; ${[...counts].map(([name, spans]) => `${name} ${spans.length}`).join(', ')}`);
}
