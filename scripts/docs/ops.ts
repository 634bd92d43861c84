import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rules } from '../../src/engine/autodiff/index.js';
import { STANDARD_OPS, type StandardOp } from '../../src/engine/graph/index.js';
import type { Oracle, Result } from '../../test/gradients/record.js';
import { RESULTS } from '../../test/gradients/results.js';

// Runs the gradient tests and writes docs/ops.md, the table of what they found; with --no-run, from what the last run found.

const ORACLES: Readonly<Record<Oracle, string>> = {
  differences64: 'differences, float64',
  formula64: 'differences of a formula, float64',
  adjoint: 'adjoint, float32',
  torch64: 'PyTorch, float64',
  shapes: 'shapes',
};

/** The power of ten above an error: the table does not change with every machine. */
function bound(error: number): string {
  return error === 0 ? 'exact' : `< 1e${Math.floor(Math.log10(error)) + 1}`;
}

function found(results: readonly Result[]): string {
  const worst = new Map<Oracle, number>();
  for (const { oracle, error } of results) if (oracle !== 'shapes') worst.set(oracle, Math.max(worst.get(oracle) ?? 0, error));
  return [...worst].map(([oracle, error]) => `${bound(error)} (${ORACLES[oracle]})`).join(', ');
}

function row(op: StandardOp, results: readonly Result[]): string {
  const rule = rules[op];
  const kind = rule === 'none' ? 'none flows' : rule === 'missing' ? 'missing' : 'yes';
  const cases = new Set(results.map((result) => result.case)).size;
  return kind === 'yes' ? `| ${op} | yes | ${cases} | ${found(results)} |` : `| ${op} | ${kind} | | |`;
}

if (!process.argv.includes('--no-run')) {
  rmSync(RESULTS, { recursive: true, force: true });
  execFileSync('npx', ['vitest', 'run', 'test/gradients'], { stdio: 'inherit' });
}
const results = readdirSync(RESULTS).flatMap((file) => JSON.parse(readFileSync(join(RESULTS, file), 'utf8')) as Result[]);
const table = STANDARD_OPS.map((op) =>
  row(
    op,
    results.filter((result) => result.op === op),
  ),
);
const count = (kind: string): number => table.filter((line) => line.split('|')[2]?.trim() === kind).length;
writeFileSync(
  join(import.meta.dirname, '../../docs/ops.md'),
  `# Operators and their gradients

Written by \`npm run docs:ops\` from the gradient tests that ran. ${count('yes')} operators have a gradient; through ${count('none flows')} none flows,
because what they give is piecewise constant, drawn at random, an index, a shape or no number; ${count('missing')} have one that is missing: a
model is refused where training would need it.

A case is one choice of shapes and attributes. Errors are relative to the gradient: of directional derivatives against central
differences, or of whole gradients against PyTorch's. Gradients compared in float64 are also run in float32.

| operator | gradient | cases | worst error |
|---|---|---|---|
${table.join('\n')}
`,
);
