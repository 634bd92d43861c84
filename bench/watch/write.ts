/**
 * Writes docs/results/watch.json: how often the watch names what was planted into small real runs, and what it names in runs with nothing wrong.
 *
 *   npm run build && npx tsx bench/watch/write.ts [SEEDS]
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wilsonInterval } from '../../src/trust/evaluation/index.js';
import { type WatchCase, watchCases } from '../../test/support/watch-cases.js';

// The worker that owns ONNX Runtime starts from the built files.
const built = new URL('../../dist/app/workflow/index.node.js', import.meta.url).href;
const { train } = (await import(built)) as typeof import('../../src/app/workflow/index.node.js');

const seeds = Number(process.argv[2] ?? 20);
const only = process.argv[3];

async function findingsOf({ prepare }: WatchCase, seed: number): Promise<{ names: string[]; accuracy: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'regraft-watch-'));
  try {
    const result = await train({ spec: await prepare(folder, seed), out: join(folder, 'run') });
    if (process.env['VERBOSE']) for (const { name, evidence } of result.watch) console.log('   ', name, evidence);
    return { names: result.watch.map(({ name }) => name), accuracy: JSON.stringify(result.metrics['validation']?.['accuracy']?.value ?? '') };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const rows = [];
for (const [name, one] of Object.entries<WatchCase>(watchCases)) {
  if (only && !name.includes(only)) continue;
  const named: Record<string, number> = {};
  let found = 0;
  for (let seed = 1; seed <= seeds; seed++) {
    const { names, accuracy } = await findingsOf(one, seed);
    for (const finding of names) named[finding] = (named[finding] ?? 0) + 1;
    if (one.planted === undefined ? names.length > 0 : names.includes(one.planted)) found++;
    if (process.env['VERBOSE']) console.log(name, seed, accuracy, names.join());
  }
  rows.push({
    case: name,
    planted: one.planted ?? 'nothing',
    runs: seeds,
    named,
    ...(one.planted ? { detected: found } : { falseAlarms: found }),
    interval: wilsonInterval(found, seeds),
  });
  console.log(JSON.stringify(rows.at(-1)));
}
if (!only) await writeFile(new URL('../../docs/results/watch.json', import.meta.url), `${JSON.stringify({ seeds, rows }, undefined, 2)}\n`);
