import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineName } from './engines/index.js';
import { RESULTS } from './paths.js';
import { type Summary, summarize } from './statistics.js';
import type { Workload } from './workload.js';

/** What one engine took for a row. */
export interface Measured {
  readonly versions: Readonly<Record<string, string>>;
  /** Seconds of one unit, by round. */
  readonly cpu: readonly number[];
  readonly wall: readonly number[];
  /** Bytes. */
  readonly peak: number;
  /** Result of the very first unit, on which engines agree. */
  readonly first: number;
  readonly parameters: number;
}

/** A row as it is committed. */
export interface Result {
  readonly workload: string;
  readonly threads: number;
  readonly date: string;
  readonly machine: { readonly processor: string; readonly cores: number; readonly loadBefore: number; readonly loadAfter: number };
  readonly engines: Readonly<Partial<Record<EngineName, Measured | { readonly absent: string }>>>;
}

export function measuredBy(result: Result, engine: EngineName | undefined): Measured | undefined {
  const entry = engine === undefined ? undefined : result.engines[engine];
  return entry === undefined || 'absent' in entry ? undefined : entry;
}

/** Processor time of the row's first engine over that of another, round by round. */
export function ratioTo(result: Result, { engines }: Workload, other: EngineName): Summary | undefined {
  const own = measuredBy(result, engines[0]);
  const others = measuredBy(result, other);
  if (own === undefined || others === undefined) return undefined;
  return summarize(own.cpu.map((seconds, round) => seconds / (others.cpu[round] ?? Number.NaN)));
}

/** What the row's target is about, `undefined` where it could not be measured. */
export function reached(result: Result, workload: Workload): Summary | undefined {
  const { target, engines } = workload;
  if (target === undefined) return undefined;
  if (target.kind === 'ratio') return ratioTo(result, workload, target.against);
  const own = measuredBy(result, engines[0]);
  return own && summarize(own[target.kind]);
}

export function saveResult(result: Result): void {
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(join(RESULTS, `${result.workload}-${result.threads}.json`), `${JSON.stringify(result, null, 1)}\n`);
}

export function readResults(): Result[] {
  mkdirSync(RESULTS, { recursive: true });
  const names = readdirSync(RESULTS).filter((name) => name.endsWith('.json'));
  return names.map((name) => JSON.parse(readFileSync(join(RESULTS, name), 'utf8')) as Result);
}
