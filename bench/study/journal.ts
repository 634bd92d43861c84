import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Outcome, Trial } from './trial.js';

/** A finished trial, as a line of the journal. */
export interface Finished extends Omit<Trial, 'settings' | 'run'>, Outcome {
  /** Of the settings it ran with. */
  readonly fingerprint: string;
}

/** Finished trials, a JSON line each, so that an interrupted study goes on where it stood. */
export class Journal {
  readonly #path: string;
  readonly #finished = new Map<string, Finished>();

  constructor(path: string) {
    this.#path = path;
    const written = existsSync(path) ? readFileSync(path, 'utf8') : '';
    // A line that was cut off by an interruption counts as not written.
    const whole = written.slice(0, written.lastIndexOf('\n') + 1);
    if (whole.length < written.length) writeFileSync(path, whole);
    for (const line of whole.split('\n').filter((text) => text !== '')) this.#keep(JSON.parse(line) as Finished);
  }

  /** Forgets all. */
  clear(): void {
    rmSync(this.#path, { force: true });
    this.#finished.clear();
  }

  /** What came of a trial with its present settings. */
  of(trial: Trial): Finished | undefined {
    const found = this.#finished.get(keyOf(trial));
    return found?.fingerprint === fingerprintOf(trial) ? found : undefined;
  }

  add({ settings, run, ...trial }: Trial, outcome: Outcome): void {
    const finished = { ...trial, ...outcome, fingerprint: fingerprintOf({ settings }) };
    appendFileSync(this.#path, `${JSON.stringify(finished)}\n`);
    this.#keep(finished);
  }

  #keep(finished: Finished): void {
    this.#finished.set(keyOf(finished), finished);
  }
}

function keyOf({ study, data, size, method, seed }: Pick<Trial, 'study' | 'data' | 'size' | 'method' | 'seed'>): string {
  return JSON.stringify([study, data, size, method, seed]);
}

function fingerprintOf({ settings }: Pick<Trial, 'settings'>): string {
  return createHash('sha256').update(JSON.stringify(settings)).digest('hex').slice(0, 12);
}
