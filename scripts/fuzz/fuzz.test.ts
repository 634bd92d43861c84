import { describe, expect, it } from 'vitest';
import { readers } from './readers.js';
import { runTask } from './run.js';

/** `npm run fuzz` reads 10,000. */
const INPUTS = 150;

describe('damaged files', () => {
  it.concurrent.each(Object.keys(readers))('%s gives a model or a RegraftError, in bounded time and memory', async (reader) => {
    const outcomes = await runTask({ reader, seed: 1, from: 0, to: INPUTS });
    expect(outcomes).toHaveLength(INPUTS);
    expect(outcomes.filter(({ result }) => result === 'failed')).toEqual([]);
    // Damage that is refused for one reason alone reaches nothing behind the first check.
    expect(new Set(outcomes.map(({ result }) => result)).size).toBeGreaterThan(1);
  });
});
