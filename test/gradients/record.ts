import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, expect } from 'vitest';

/** What the gradient of an op was compared with. */
export type Oracle = 'differences64' | 'formula64' | 'adjoint' | 'torch64' | 'shapes';

export interface Result {
  readonly op: string;
  readonly case: string;
  readonly oracle: Oracle;
  readonly error: number;
}

/** Where the tests leave what they found; `npm run docs:ops` makes docs/ops.md from it. */
export const RESULTS = join(import.meta.dirname, '../../.cache/gradients');

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
