/**
 * Whether transfer pays on text: `npm run proof:language` runs what has not run yet, and writes docs/results/language.json and docs/language.md.
 * `--seeds 2` for fewer draws, `--only tagging` for studies whose name begins so (printed, not written), `--fresh` to forget what has run.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { pathTo } from '../paths.js';
import { Journal } from '../study/journal.js';
import { machine, runTrials } from '../study/run.js';
import { gainsOf, rowsOf } from '../study/summary.js';
import { adaptation, forget } from './study/adaptation.js';
import { COMPARED } from './study/compared.js';
import { fewLabels } from './study/few-labels.js';
import { languagePage } from './study/page.js';
import { rateTrials } from './study/rates.js';
import { LANGUAGE_RESULT, type LanguageResult } from './study/result.js';
import { BASE, BATCH, THREADS, VALIDATION_DRAW } from './study/settings.js';
import { tagging } from './study/tagging.js';

const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '5' }, only: { type: 'string', default: '' }, fresh: { type: 'boolean', default: false } },
});
const seeds = Array.from({ length: Number(values.seeds) }, (_, i) => i + 1);
const journal = new Journal(pathTo('bench/results/language.jsonl'));
if (values.fresh) journal.clear();

const all = [...rateTrials(), ...fewLabels(seeds), ...adaptation(seeds), ...tagging(seeds)];
const finished = await runTrials(
  all.filter(({ study }) => study.startsWith(values.only)),
  journal,
);
forget();

if (values.only === '') {
  const settings = { base: BASE, batch: BATCH, threads: THREADS, validationDraw: VALIDATION_DRAW, seeds };
  const found = { rows: rowsOf(finished), gains: gainsOf(finished, COMPARED) };
  const result: LanguageResult = { machine: machine(), node: process.version, ...settings, ...found };
  writeFileSync(LANGUAGE_RESULT, `${JSON.stringify(result, undefined, 2)}\n`);
  writeFileSync(pathTo('docs/language.md'), languagePage(result));
} else console.table(rowsOf(finished).map(({ data, size, method, score, interval, seconds }) => ({ data, size, method, score, interval, seconds })));
