import { appendFileSync, closeSync, fstatSync, fsyncSync, openSync, truncateSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, rmdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fail, fileFailure } from '../../core/index.js';
import { writeFileAtomically } from '../../learning/data/index.node.js';
import { CheckpointFolder } from '../../learning/training/index.node.js';
import type { Finding } from '../../trust/watch/index.js';
import { type RunSpec, resolveSpec } from '../spec/index.js';
import type { ChosenRate } from './chosen-rate.js';
import type { Baseline, Measurements } from './evaluation.js';

/** What `run.json` records. */
export interface RunRecord {
  readonly format: 1;
  /** Nothing in it is left to choose. */
  readonly spec: RunSpec;
  /** Why the spec is as it is, where the run chose for itself (`auto`). */
  readonly reasons?: readonly string[];
  readonly versions: Readonly<Record<string, string>>;
  readonly machine: Readonly<Record<string, string | number>>;
  readonly base: { readonly uri: string; readonly sha256: string; readonly licence: string | undefined };
  readonly data: { readonly sha256: string; readonly samples: number; readonly names: readonly string[] };
  readonly started: string;
  /** The learning rate, where the spec left it to the run. */
  readonly learningRate?: ChosenRate;
  /** Set when the run has reached its end. */
  readonly finished?: string;
  /** By split and metric, once evaluated. */
  readonly metrics?: Measurements;
  /** What methods without the base reached on the same held-out data. */
  readonly baselines?: readonly Baseline[];
  /** What the watch found wrong with the run. */
  readonly watch?: readonly Finding[];
  readonly skipped?: readonly { readonly id: string; readonly reason: string }[];
}

/** What a run writes; `scratch` only while it is at work. */
const OWN = ['run.json', 'metrics.jsonl', 'checkpoints', 'report.html', 'adapter', 'bundle', 'scratch'] as const;

/** The folder a run writes: `run.json`, `metrics.jsonl`, `checkpoints/`, `report.html`, `bundle/`. */
export class RunFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** Begins a run in a folder that holds nothing a run would replace. @throws RUN_EXISTS, RUN_PATH_TAKEN, RUN_WRITE_FAILED */
  static async create(path: string): Promise<RunFolder> {
    if (await isFile(join(path, 'run.json'))) fail('RUN_EXISTS', { path });
    if (await isFile(path)) fail('RUN_PATH_TAKEN', { path: dirname(path), name: basename(path) });
    await mkdir(path, { recursive: true }).catch((cause: unknown) => writeFailed(path, cause));
    const names = await readdir(path);
    const taken = OWN.find((name) => names.includes(name));
    if (taken !== undefined) fail('RUN_PATH_TAKEN', { path, name: taken });
    return new RunFolder(path);
  }

  /** @throws RUN_NOT_FOUND */
  static async open(path: string): Promise<RunFolder> {
    if (!(await isFile(join(path, 'run.json')))) fail('RUN_NOT_FOUND', { path });
    return new RunFolder(path);
  }

  checkpoints(keep: number): CheckpointFolder {
    return new CheckpointFolder(join(this.path, 'checkpoints'), keep);
  }

  /** What an adapter recipe trained, in PEFT's format. */
  get adapter(): string {
    return join(this.path, 'adapter');
  }

  get bundle(): string {
    return join(this.path, 'bundle');
  }

  /** @throws RUN_BROKEN; SPEC_ errors when the spec in it is not one */
  async record(): Promise<RunRecord> {
    const file = join(this.path, 'run.json');
    const record = parseRecord(await readFile(file, 'utf8'), file);
    return { ...record, spec: resolveSpec(record.spec, { specDir: this.path, locate: () => file }) };
  }

  async write(name: string, text: string): Promise<void> {
    await writeFileAtomically(join(this.path, name), [new TextEncoder().encode(text)]);
  }

  async writeRecord(record: RunRecord): Promise<void> {
    await this.write('run.json', `${JSON.stringify(record, undefined, 2)}\n`);
  }

  /** Removes a run that has not made a step, so that its folder can be used again. */
  async removeUnbegun(): Promise<void> {
    if ((await this.metrics()).length > 0) return;
    for (const name of OWN) await rm(join(this.path, name), { recursive: true, force: true });
    // Fails where the folder holds something else, which stays.
    await rmdir(this.path).catch(() => {});
  }

  /** Removes what a killed process was writing. Not while another process may be at work in the folder. */
  async removeUnfinished(): Promise<void> {
    for (const folder of [this.path, join(this.path, 'checkpoints')]) {
      const names = await readdir(folder).catch(() => [] as string[]);
      for (const name of names) if (name.endsWith('.tmp')) await rm(join(folder, name), { recursive: true, force: true });
    }
  }

  /** Lines of `metrics.jsonl`; one that a killed process left unfinished does not count. */
  async metrics(): Promise<readonly MetricsLine[]> {
    const text = await readFile(join(this.path, 'metrics.jsonl'), 'utf8').catch(() => '');
    return text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as MetricsLine);
  }

  /** Opens `metrics.jsonl` for appending, cut back to `length` bytes. @throws RUN_WRITE_FAILED */
  openMetrics(length: number): MetricsLog {
    return new MetricsLog(join(this.path, 'metrics.jsonl'), length);
  }
}

/** A line of `metrics.jsonl`: one optimiser step, or one evaluation. */
export type MetricsLine =
  | { readonly step: number; readonly epoch: number; readonly loss: number; readonly lr: number }
  | { readonly step: number; readonly split: string; readonly metrics: Readonly<Record<string, number>> };

/** Appends lines at once, so that a killed process loses none that a checkpoint counts on. */
class MetricsLog {
  readonly #path: string;
  readonly #file: number;

  constructor(path: string, length: number) {
    this.#path = path;
    this.#file = this.#try(() => openSync(path, 'a'));
    if (fstatSync(this.#file).size > length) this.#try(() => truncateSync(path, length));
  }

  append(line: MetricsLine): void {
    this.#try(() => appendFileSync(this.#file, `${JSON.stringify(line)}\n`));
  }

  /** Bytes so far, on the disk. */
  flush(): number {
    this.#try(() => fsyncSync(this.#file));
    return fstatSync(this.#file).size;
  }

  close(): void {
    closeSync(this.#file);
  }

  #try<T>(work: () => T): T {
    try {
      return work();
    } catch (cause) {
      return writeFailed(this.#path, cause);
    }
  }
}

function parseRecord(text: string, file: string): RunRecord {
  try {
    const record = JSON.parse(text) as Partial<RunRecord> | null;
    if (record?.format === 1 && record.spec && record.base && record.data) return record as RunRecord;
  } catch (cause) {
    return fail('RUN_BROKEN', { file, reason: 'it is not valid JSON' }, cause);
  }
  return fail('RUN_BROKEN', { file, reason: 'it lacks format 1, spec, base or data' });
}

function writeFailed(file: string, cause: unknown): never {
  return fail('RUN_WRITE_FAILED', { file, reason: fileFailure(cause) }, cause);
}

async function isFile(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() ?? false;
}
