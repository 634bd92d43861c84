/**
 * Writes real data as the files a user would bring: `npx tsx bench/language/write.ts topics --train 1000 --test 2000 --seed 0 --out folder` writes
 * `folder/train.jsonl` and `folder/test.jsonl`; `spam` likewise, `brown` as `.conll`, one word and its tag a line. With `--per-class`, `--train` and
 * `--test` count texts of each class.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { brownSides, type TaggedWord } from './brown.js';
import { dividePerClass, type Sides, type TextRow } from './rows.js';
import { textData, textSides } from './text-data.js';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    train: { type: 'string', default: '1000' },
    test: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '0' },
    'per-class': { type: 'boolean', default: false },
    out: { type: 'string', default: '.' },
  },
});

const [name = ''] = positionals;
const sizes = { train: Number(values.train), test: Number(values.test) };
const seed = Number(values.seed);
const lineOf = (row: TextRow): string => `${JSON.stringify(row)}\n`;
const linesOf = (sentence: readonly TaggedWord[]): string => `${sentence.map(({ word, tag }) => `${word}\t${tag}\n`).join('')}\n`;

function write<T>(sides: Sides<T>, extension: string, toText: (row: T) => string): void {
  mkdirSync(values.out, { recursive: true });
  for (const side of ['train', 'test'] as const) writeFileSync(join(values.out, `${side}.${extension}`), sides[side].map(toText).join(''));
}

const read = textData[name];
if (name === 'brown') write(brownSides(sizes, seed), 'conll', linesOf);
else if (read !== undefined) write((values['per-class'] ? dividePerClass : textSides)(read(), sizes, seed), 'jsonl', lineOf);
else throw new Error(`Name one of ${[...Object.keys(textData), 'brown'].join(', ')}.`);
