import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import onnxruntime from 'onnxruntime-node/package.json' with { type: 'json' };
import own from '../../package.json' with { type: 'json' };
import { basesSection } from '../coverage/markdown.js';
import { type Golden, isFullSize, parameterCount, readGolden } from '../support/golden.js';
import { forgetResults, type Result, recorded } from './record.js';

// `npm run coverage`: trains every golden model and writes docs/coverage.json, and docs/coverage.md made from it; with --no-run, from
// what the last run found.

/** A row of the report. */
interface Row {
  readonly model: string;
  readonly parameters: number;
  readonly opset: number;
  readonly exporter: string;
  readonly optimizer: string;
  readonly batchNorm: string;
  /** The largest difference of a step's loss, as a share of training's effect. */
  readonly loss: number;
  readonly gradient: Result['gradient'];
  readonly seconds: number;
}

interface Report {
  readonly versions: Readonly<Record<string, string>>;
  readonly machine: Readonly<Record<string, string | number>>;
  readonly passed: number;
  readonly rows: readonly Row[];
}

function rowOf({ name, loss, gradient }: Result): Row {
  const golden = readGolden(name);
  const { optimizer, batchNorm } = golden.spec.training as Record<string, unknown> as {
    readonly optimizer: { readonly name: string };
    readonly batchNorm: string;
  };
  return {
    model: name,
    parameters: parameterCount(golden),
    opset: golden.opset,
    exporter: exporterOf(golden),
    optimizer: optimizer.name,
    batchNorm,
    loss: rounded(loss.share),
    gradient: { ...gradient, difference: rounded(gradient.difference), floor: rounded(gradient.floor) },
    seconds: rounded(loss.seconds),
  };
}

function exporterOf({ name, versions: { torch } }: Golden): string {
  return `PyTorch ${torch.replace(/[a+].*/, '')}${name.includes('dynamo') ? ', dynamo' : ''}`;
}

function rounded(value: number): number {
  return Number(value.toPrecision(2));
}

function reportOf(results: readonly Result[]): Report {
  const rows = results.map(rowOf);
  return {
    versions: { regraft: own.version, 'onnxruntime-node': onnxruntime.version, node: process.versions.node },
    machine: { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, memory: `${Math.round(totalmem() / 2 ** 30)} GiB`, threads: 2 },
    passed: rows.filter(isPassed).length,
    rows,
  };
}

function isPassed({ loss, gradient }: Row): boolean {
  return loss < 0.01 && gradient.difference < gradient.floor;
}

function table(rows: readonly Row[]): string {
  const lines = rows.map(
    ({ model, parameters, opset, exporter, optimizer, batchNorm, loss, gradient, seconds }) =>
      `| ${model} | ${parameters} | ${opset} | ${exporter} | ${optimizer} | ${batchNorm} | ${loss.toExponential(1)} | ${gradient.difference.toExponential(1)} | ${gradient.floor.toExponential(1)} | ${seconds} |`,
  );
  return `| model | parameters | opset | exporter | optimiser | BatchNorm | loss | gradient | may be | seconds |\n|---|---|---|---|---|---|---|---|---|---|\n${lines.join('\n')}`;
}

function markdown({ versions, machine, passed, rows }: Report): string {
  const isFull = ({ model }: Row): boolean => isFullSize(readGolden(model));
  const facts = [...Object.entries(versions), ...Object.entries(machine)].map(([name, value]) => `${name} ${value}`);
  return `# What is imported, and trained as PyTorch trains it

${basesSection()}

## Exported from PyTorch

Written by \`npm run coverage\`. ${passed} of ${rows.length} models pass. Made with ${facts.join(', ')}.

Each model is trained from a spec for eight steps on a data file; PyTorch does the same in double precision (bench/oracles).

- **loss**: the largest difference between the losses of a step in \`metrics.jsonl\` and PyTorch's, as a share of training's own effect (the
  largest difference between the losses of the trained and of the untrained model). Passed below 1e-2.
- **gradient**: of the first batch, the difference of the parameter that is furthest from what rounding explains, relative to the gradient's
  norm; **may be**: what rounding explains. Where an activation sits on a kink, a rounding error of the weights moves the gradient by much more
  than itself, in PyTorch as well. Passed below it.
- **seconds**: the whole run, with import, compilation and export.

Text models are given no padding ids: PyTorch leaves the embedding of such an id as it is (\`padding_idx\`), and an ONNX file does not say so.

### Full size

${table(rows.filter(isFull))}

### Small relatives

${table(rows.filter((row) => !isFull(row)))}
`;
}

if (!process.argv.includes('--no-run')) {
  forgetResults();
  const { status } = spawnSync('npx', ['vitest', 'run', 'test/parity'], { stdio: 'inherit', env: { ...process.env, REGRAFT_COVERAGE: '1' } });
  process.exitCode = status ?? 1;
}
const report = reportOf(recorded());
writeFileSync(new URL('../../docs/coverage.json', import.meta.url), `${JSON.stringify(report, undefined, 2)}\n`);
writeFileSync(new URL('../../docs/coverage.md', import.meta.url), markdown(report));
