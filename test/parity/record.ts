import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { GradientDifference } from './gradients.js';
import type { LossDifference } from './measure.js';

const RESULTS = join(import.meta.dirname, '../../.cache/parity');

/** What a golden model's training was found to be worth. */
export interface Result {
  readonly name: string;
  readonly loss: LossDifference;
  readonly gradient: GradientDifference;
}

/** Remembers a result for `npm run coverage`. */
export function record(result: Result): void {
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(join(RESULTS, `${result.name}.json`), JSON.stringify(result));
}

export function forgetResults(): void {
  rmSync(RESULTS, { recursive: true, force: true });
}

/** By name, in the order of names. */
export function recorded(): readonly Result[] {
  const names = readdirSync(RESULTS).map((file) => basename(file, '.json'));
  return names.sort().map((name) => JSON.parse(readFileSync(join(RESULTS, `${name}.json`), 'utf8')) as Result);
}
