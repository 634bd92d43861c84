/**
 * Feeds every reader of model files with damaged files: `npm run fuzz -- [--reader NAME] [--count N] [--seed S] [--from I]`. Each input must
 * give a model or a RegraftError, in bounded time and memory. Prints a table; full runs are kept in docs/results/fuzz.json. Inputs that a reader
 * fails on are written to a folder. Exit code 1 when there is one.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
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

const waiting = [...values.reader];
const found = new Map<string, Row>();
await Promise.all(Array.from({ length: availableParallelism() }, work));
const rows = values.reader.flatMap((reader) => found.get(reader) ?? []);
console.log(tableOf(rows));
process.exitCode = rows.some(({ failures }) => failures > 0) ? 1 : 0;

/** Keeps the row of a full run; those of other readers stay. */
function store(fresh: Row): void {
  const known = existsSync(RESULTS) ? (JSON.parse(readFileSync(RESULTS, 'utf8')) as { readonly readers: readonly Row[] }).readers : [];
  const all = Object.keys(readers).flatMap((name) => [fresh, ...known].find(({ reader }) => reader === name) ?? []);
  writeFileSync(RESULTS, `${JSON.stringify({ readers: all }, undefined, 1)}\n`);
}

/** Takes reader after reader. */
async function work(): Promise<void> {
  for (let reader = waiting.shift(); reader !== undefined; reader = waiting.shift()) {
    const name = reader;
    const outcomes = await runTask({ reader, seed, from, to: from + count }, (outcome) => report(name, outcome));
    const row = summary({ reader, seed, samples: readers[reader]?.samples().length ?? 0 }, outcomes);
    found.set(reader, row);
    if (from === 0 && count === FULL) store(row);
    console.error(`${reader}: ${outcomes.length} inputs`);
  }
}

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
