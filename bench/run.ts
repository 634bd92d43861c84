/**
 * Compares Regraft with its peers: `npm run bench -- [--only NAME,…] [--engines NAME,…] [--threads 1,2] [--rounds 5] [--tiny] [--docs]`.
 * See README.md.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { engines } from './engines/index.js';
import { disagreements, type MeasureOptions, measure, messageOf } from './measure.js';
import { benchPage } from './page.js';
import { pathTo } from './paths.js';
import { printResult } from './print.js';
import { readResults, saveResult } from './result.js';
import type { Workload } from './workload.js';
import { workloads } from './workloads/index.js';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    engines: { type: 'string' },
    threads: { type: 'string', default: '1,2' },
    rounds: { type: 'string', default: '5' },
    tiny: { type: 'boolean', default: false },
    docs: { type: 'boolean', default: false },
  },
});

/** Rows whose name begins with one of the asked ones, and which can use so many threads. */
function chosen(threads: number): readonly Workload[] {
  const asked = values.only?.split(',');
  const rows = workloads.filter(({ name }) => asked?.some((start) => name.startsWith(start)) ?? true);
  if (rows.length === 0) throw new Error(`No row is called ${values.only}; there are ${workloads.map(({ name }) => name).join(', ')}.`);
  return rows.filter(({ engines: [first] }) => threads <= engines[first].maxThreads);
}

async function run(): Promise<void> {
  const { tiny } = values;
  const only = values.engines === undefined ? undefined : new Set(values.engines.split(','));
  for (const threads of values.threads.split(',').map(Number)) {
    for (const workload of chosen(threads)) {
      const options = { threads, rounds: Number(values.rounds), tiny, only };
      const wrong = await row(workload, options).catch((error: unknown) => [messageOf(error)]);
      for (const line of wrong) console.error(`${workload.name} WRONG: ${line}`);
      if (wrong.length > 0) process.exitCode = 1;
    }
  }
}

/** Measures, prints and saves one row. @returns what is wrong with it */
async function row(workload: Workload, options: MeasureOptions): Promise<string[]> {
  const result = await measure(workload, options);
  printResult(result, workload);
  const wrong = disagreements(result, workload);
  // A row that was tried, or measured in part, is no result.
  if (wrong.length === 0 && !options.tiny && options.only === undefined) saveResult(result);
  return wrong;
}

if (!values.docs) await run();
if (!values.tiny) writeFileSync(pathTo('docs/bench.md'), benchPage(readResults()));
