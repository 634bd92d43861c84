import { cpus, loadavg } from 'node:os';
import { type EngineName, engines } from './engines/index.js';
import type { Job, Work } from './job.js';
import { modelFiles, SEED } from './models.js';
import { EngineProcess } from './process.js';
import type { Measured, Result } from './result.js';
import type { Workload } from './workload.js';

export interface MeasureOptions {
  readonly threads: number;
  readonly rounds: number;
  readonly tiny: boolean;
  /** The engines that take part, where not all do. */
  readonly only: ReadonlySet<string> | undefined;
}

type Absent = { readonly absent: string };

interface Running {
  readonly name: EngineName;
  readonly process: EngineProcess;
  readonly first: number;
}

/** A round takes at least this long, so that a clock of the system is fine enough. */
const ROUND_SECONDS = 0.4;
const MOST_UNITS = 200;

/** Runs a row: all its engines side by side, each in a process of its own, one after the other in every round. */
export async function measure(workload: Workload, options: MeasureOptions): Promise<Result> {
  const loadBefore = load();
  const absent: Partial<Record<EngineName, Absent>> = {};
  const running: Running[] = [];
  try {
    for (const name of workload.engines) {
      const started = await start(name, workload, options).catch((error: unknown) => ({ absent: messageOf(error) }));
      if ('absent' in started) absent[name] = started;
      else running.push(started);
    }
    const measured = await alternate(running, workload.rounds ?? options.rounds);
    return { workload: workload.name, threads: options.threads, date: today(), machine: machine(loadBefore), engines: { ...measured, ...absent } };
  } finally {
    for (const { process } of running) process.close();
  }
}

async function start(name: EngineName, workload: Workload, { threads, tiny, only }: MeasureOptions): Promise<Running | Absent> {
  if (only && !only.has(name)) return { absent: 'not asked for' };
  const engine = engines[name];
  if (threads > engine.maxThreads) return { absent: `uses ${engine.maxThreads} thread${engine.maxThreads === 1 ? '' : 's'}` };
  const job = jobOf(workload.work(tiny), threads, tiny);
  if ('absent' in job) return job;
  const command = engine.start();
  if ('absent' in command) return command;
  const process = await EngineProcess.open(command, job);
  const { result } = await process.run(1);
  return { name, process, first: result };
}

function jobOf(work: Work, threads: number, tiny: boolean): Job | Absent {
  const shared = { seed: SEED, tiny, threads };
  if (work.kind === 'help') return { ...work, ...shared, model: '', weights: '' };
  const files = modelFiles(work, tiny);
  return 'absent' in files ? files : { ...work, ...shared, ...files };
}

async function alternate(running: readonly Running[], rounds: number): Promise<Partial<Record<EngineName, Measured>>> {
  const spent = new Map(running.map((engine) => [engine, { cpu: [] as number[], wall: [] as number[], peak: 0 }]));
  // The second unit warms up; how long it takes says how many make a round.
  let longest = 0;
  for (const { process } of running) longest = Math.max(longest, (await process.run(1)).wall);
  const count = Math.min(MOST_UNITS, Math.max(1, Math.ceil(ROUND_SECONDS / longest)));
  for (let round = 0; round < rounds; round++) {
    for (const [{ process }, total] of spent) {
      const { cpu, wall, peak } = await process.run(count);
      total.cpu.push(cpu / count);
      total.wall.push(wall / count);
      total.peak = peak;
    }
  }
  return Object.fromEntries([...spent].map(([{ name, process, first }, total]) => [name, { ...process.ready, ...total, first }]));
}

/** Why a row is no comparison: what it is about could not be measured, or engines cannot have done the same work. */
export function disagreements({ engines: all }: Result, { engines: names }: Workload): string[] {
  const missing = names.slice(0, 1).flatMap((name) => (all[name] && 'absent' in all[name] ? [`${name}: ${all[name].absent}`] : []));
  if (missing.length > 0) return missing;
  const measured = Object.entries(all).flatMap(([name, entry]) => ('absent' in entry ? [] : [{ name, ...entry }]));
  const [own, ...others] = measured;
  if (own === undefined) return [];
  return others.flatMap(({ name, first, parameters }) => {
    if (parameters !== own.parameters) return [`${name} trains ${parameters} numbers, ${own.name} ${own.parameters}.`];
    return Math.abs(first - own.first) <= 1e-3 * Math.abs(own.first) ? [] : [`${name} gives ${first} at first, ${own.name} ${own.first}.`];
  });
}

function load(): number {
  return loadavg()[0] ?? Number.NaN;
}

function machine(loadBefore: number): Result['machine'] {
  const [processor] = cpus();
  return { processor: processor?.model ?? 'unknown', cores: cpus().length, loadBefore, loadAfter: load() };
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}

/** The line that says what went wrong: the last one that names an error. */
export function messageOf(error: unknown): string {
  const lines = (error instanceof Error ? error.message : String(error)).split('\n');
  return (lines.findLast((line) => line.includes('Error')) ?? lines.at(-1) ?? '').trim();
}
