/**
 * Feeds every reader of model files with damaged files: `npm run fuzz -- [--reader NAME] [--count N] [--seed S] [--from I]`. Each input must
 * give a model or a RegraftError, in bounded time and memory. Prints a table; a full run writes docs/results/fuzz.json. Inputs that a reader
 * fails on are written to a folder. Exit code 1 when there is one.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { inputAt } from './fuzz/input.js';
import type { Outcome } from './fuzz/outcome.js';
import { readers } from './fuzz/readers.js';
import { type Row, summary, tableOf } from './fuzz/report.js';
import { runTask } from './fuzz/run.js';

const FULL = 10_000;
const RESULTS = fileURLToPath(new URL('../docs/results/fuzz.json', import.meta.url));

const { values } = parseArgs({
  options: {
    reader: { type: 'string', multiple: true, default: Object.keys(readers) },
    count: { type: 'string', default: String(FULL) },
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
  },
});
const [count, seed, from] = [Number(values.count), Number(values.seed), Number(values.from)];

const rows: Row[] = [];
for (const reader of values.reader) {
  const outcomes = await runTask({ reader, seed, from, to: from + count }, (outcome) => report(reader, outcome));
  rows.push(summary(reader, outcomes));
  console.log(tableOf(rows.slice(-1)));
}
console.log(tableOf(rows));
const isFull = from === 0 && count === FULL && rows.length === Object.keys(readers).length;
if (isFull) writeFileSync(RESULTS, `${JSON.stringify({ seed, readers: rows }, undefined, 1)}\n`);
process.exitCode = rows.some(({ failures }) => failures > 0) ? 1 : 0;

/** Writes the files of an input that a reader failed on. */
function report(reader: string, { index, result, reason }: Outcome): void {
  if (result !== 'failed') return;
  const folder = join(tmpdir(), 'regraft-fuzz', reader, String(index));
  const { name, files } = inputAt(readers[reader]?.samples() ?? [], seed, index);
  for (const [path, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  console.log(`✗ ${reader} ${index} (${name}): ${reason}\n  ${folder}`);
}
