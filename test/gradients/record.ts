import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { RESULTS } from './results.js';

/** What the gradient of an op was compared with. */
export type Oracle = 'differences64' | 'formula64' | 'adjoint' | 'torch64' | 'shapes';

export interface Result {
  readonly op: string;
  readonly case: string;
  readonly oracle: Oracle;
  readonly error: number;
}

const results: Result[] = [];

/** Remembers a passed comparison for the table of ops. */
export function record(result: Result): void {
  results.push(result);
}

afterAll(() => {
  const file = expect.getState().testPath;
  if (file === undefined || results.length === 0) return;
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(join(RESULTS, `${basename(file, '.test.ts')}.json`), JSON.stringify(results));
});
