import { type EngineName, engines } from './engines/index.js';
import { measuredBy, type Result, ratioTo, reached } from './result.js';
import { summarize } from './statistics.js';
import type { Target, Workload } from './workload.js';

/** One row as it ends, for the terminal. */
export function printResult(result: Result, workload: Workload): void {
  console.log(
    `${workload.name}, ${result.threads} thread${result.threads === 1 ? '' : 's'} (${workload.unit}; load ${result.machine.loadBefore.toFixed(1)})`,
  );
  for (const name of workload.engines) console.log(`  ${engines[name].title.padEnd(26)} ${line(result, workload, name)}`);
  const { target } = workload;
  const actual = reached(result, workload);
  if (target && actual) console.log(`  ${verdict(target, actual.median)}`);
}

function line(result: Result, workload: Workload, name: EngineName): string {
  const entry = measuredBy(result, name);
  if (entry === undefined) {
    const absent = result.engines[name];
    return absent && 'absent' in absent ? `ABSENT: ${absent.absent}` : 'ABSENT';
  }
  const [cpu, wall, ratio] = [summarize(entry.cpu), summarize(entry.wall), ratioTo(result, workload, name)];
  const compared =
    ratio && name !== workload.engines[0] ? `, ratio ${ratio.median.toFixed(2)} (${ratio.min.toFixed(2)}–${ratio.max.toFixed(2)})` : '';
  return `${seconds(cpu.median)} CPU, ${seconds(wall.median)} wall, ${(entry.peak / 2 ** 20).toFixed(0)} MiB${compared}`;
}

function verdict(target: Target, actual: number): string {
  const of = target.kind === 'ratio' ? `${actual.toFixed(2)} of ${engines[target.against].title}` : `${seconds(actual)} ${target.kind}`;
  return `${of}; target ${target.atMost}: ${actual <= target.atMost ? 'reached' : 'MISSED'}`;
}

/** With three digits. */
export function seconds(value: number): string {
  return value >= 1 ? `${value.toPrecision(3)} s` : `${Number((value * 1000).toPrecision(3))} ms`;
}
