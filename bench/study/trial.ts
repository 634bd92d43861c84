import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One training of one method on one draw of the data. */
export interface Trial {
  readonly study: string;
  readonly data: string;
  /** Labels of each class, or sentences. */
  readonly size: number;
  readonly method: string;
  readonly seed: number;
  /** What a change of makes an earlier result worthless. */
  readonly settings: object;
  run(): Promise<Outcome>;
}

export interface Outcome {
  /** What decides, 0 to 1: the share of the test set that is right, for example. */
  readonly score: number;
  /** Samples of the test set. */
  readonly tested: number;
  /** Processor time of all threads from opening the base to the written bundle; measuring is not in it. */
  readonly seconds: number;
  /** Numbers that training changes. */
  readonly parameters: number;
}

/** A folder for as long as the work takes. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'regraft-study-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Processor time of all threads of this process. */
export async function timed<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly seconds: number }> {
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  return { result, seconds: (user + system) / 1e6 };
}
