/**
 * Whether transfer pays on text: `npm run proof:language` runs what has not run yet, and writes docs/results/language.json and docs/language.md.
 * `--seeds 2` for fewer draws, `--only tagging` for studies whose name begins so (printed, not written), `--fresh` to forget what has run.
 */
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { pathTo } from '../paths.js';
import { adaptation, forget } from './study/adaptation.js';
import { fewLabels } from './study/few-labels.js';
import { Journal } from './study/journal.js';
import { languagePage } from './study/page.js';
import { rateTrials } from './study/rates.js';
import { LANGUAGE_RESULT, type LanguageResult } from './study/result.js';
import { BASE, BATCH, THREADS, VALIDATION_DRAW } from './study/settings.js';
import { gainsOf, rowsOf } from './study/summary.js';
import { tagging } from './study/tagging.js';
import type { Trial } from './study/trial.js';

const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '5' }, only: { type: 'string', default: '' }, fresh: { type: 'boolean', default: false } },
});
const seeds = Array.from({ length: Number(values.seeds) }, (_, i) => i + 1);
const journal = new Journal(pathTo('bench/results/language.jsonl'));
if (values.fresh) journal.clear();

const all = [...rateTrials(), ...fewLabels(seeds), ...adaptation(seeds), ...tagging(seeds)];
const trials = all.filter(({ study }) => study.startsWith(values.only));
for (const [done, trial] of trials.entries()) if (journal.of(trial) === undefined) await run(trial, `${done + 1} of ${trials.length}`);
forget();

async function run(trial: Trial, place: string): Promise<void> {
  const outcome = await trial.run();
  journal.add(trial, outcome);
  const { study, data, size, method, seed } = trial;
  console.log(`${place}: ${study}, ${data} ${size}, ${method}, seed ${seed}: ${outcome.accuracy.toFixed(3)} in ${outcome.seconds.toFixed(1)} s`);
}

const finished = trials.flatMap((trial) => journal.of(trial) ?? []);
if (values.only === '') {
  const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length };
  const settings = { base: BASE, batch: BATCH, threads: THREADS, validationDraw: VALIDATION_DRAW, seeds };
  const result: LanguageResult = { machine, node: process.version, ...settings, rows: rowsOf(finished), gains: gainsOf(finished) };
  writeFileSync(LANGUAGE_RESULT, `${JSON.stringify(result, undefined, 2)}\n`);
  writeFileSync(pathTo('docs/language.md'), languagePage(result));
} else
  console.table(rowsOf(finished).map(({ data, size, method, accuracy, interval, seconds }) => ({ data, size, method, accuracy, interval, seconds })));
