import { type EngineName, engines } from './engines/index.js';
import { seconds } from './print.js';
import { measuredBy, type Result, ratioTo, reached } from './result.js';
import { summarize } from './statistics.js';
import type { Target, Workload } from './workload.js';
import { workloads } from './workloads/index.js';

/** docs/bench.md from the committed results. */
export function benchPage(results: readonly Result[]): string {
  if (results.length === 0) return '# Benchmark\n\nNot measured yet: `npm run bench` writes this page.\n';
  const threads = [...new Set(results.map((result) => result.threads))].toSorted((a, b) => a - b);
  return `# Benchmark

Written by \`npm run bench\` from \`bench/results/\`; \`bench/README.md\` says how it measures. Batches of 16, unless a row says otherwise. Every
engine does the same work on the same weights, which the first loss shows. Processor time of all threads for one step (batch, training); medians of
alternating rounds; ratios are Regraft's time over the other's, round by round, with the smallest and the largest. Lower is better.

${threads.map((count) => section(count, results)).join('\n')}
${environment(results)}`;
}

function section(threads: number, results: readonly Result[]): string {
  const rows = workloads.flatMap((workload) => {
    const result = results.find((entry) => entry.workload === workload.name && entry.threads === threads);
    return result ? [{ workload, result }] : [];
  });
  return `## ${threads} thread${threads === 1 ? '' : 's'}

| work | target | reached | |
|---|---|---|---|
${rows.map(({ workload, result }) => targetRow(workload, result)).join('\n')}

| work | engine | CPU | wall | peak memory | ratio |
|---|---|---|---|---|---|
${rows.flatMap(({ workload, result }) => workload.engines.map((engine) => engineRow(workload, result, engine))).join('\n')}
`;
}

function targetRow(workload: Workload, result: Result): string {
  const { target, title } = workload;
  const actual = reached(result, workload)?.median;
  if (target === undefined) return `| ${title} | – | – | |`;
  const wanted = `≤ ${targetText(target)}`;
  if (actual === undefined) return `| ${title} | ${wanted} | not measured | |`;
  const found = target.kind === 'ratio' ? actual.toFixed(2) : seconds(actual);
  return `| ${title} | ${wanted} | ${found} | ${actual <= target.atMost ? 'yes' : '**missed**'} |`;
}

function targetText(target: Target): string {
  if (target.kind === 'ratio') return `${target.atMost} of ${engines[target.against].title}`;
  return `${target.atMost} s${target.kind === 'cpu' ? ' CPU' : ''}`;
}

function engineRow(workload: Workload, result: Result, name: EngineName): string {
  const own = name === workload.engines[0];
  const title = `${own ? workload.title : ''} | ${engines[name].title}`;
  const entry = measuredBy(result, name);
  if (entry === undefined) {
    const absent = result.engines[name];
    return `| ${title} | absent: ${absent && 'absent' in absent ? absent.absent : 'not measured'} | | | |`;
  }
  const ratio = own ? undefined : ratioTo(result, workload, name);
  const compared = ratio ? `${ratio.median.toFixed(2)} (${ratio.min.toFixed(2)}–${ratio.max.toFixed(2)})` : '';
  const [cpu, wall] = [summarize(entry.cpu).median, summarize(entry.wall).median];
  return `| ${title} ${versionText(entry.versions)} | ${seconds(cpu)} | ${seconds(wall)} | ${(entry.peak / 2 ** 20).toFixed(0)} MiB | ${compared} |`;
}

function versionText(versions: Readonly<Record<string, string>>): string {
  return Object.values(versions)[0] ?? '';
}

function environment(results: readonly Result[]): string {
  const list = (values: readonly string[]): string => [...new Set(values)].toSorted().join(', ');
  const versions = results.flatMap(({ engines: all }) =>
    Object.values(all).flatMap((entry) => ('absent' in entry ? [] : Object.entries(entry.versions).map(([name, version]) => `${name} ${version}`))),
  );
  const machines = results.map(({ machine }) => `${machine.processor}, ${machine.cores} cores`);
  return `Measured ${list(results.map(({ date }) => date))} on ${list(machines)}; load before the rows at most ${Math.max(0, ...results.map(({ machine }) => machine.loadBefore)).toFixed(1)}.
Versions: ${list(versions)}.
`;
}
