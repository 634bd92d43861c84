import { expect, it } from 'vitest';
import { tally } from './tally.js';

it('counts, and names what was skipped and why', () => {
  const outcome = {
    passed: 3,
    failed: ['a > b'],
    skipped: [
      { name: 'c', reason: 'no Chromium' },
      { name: 'd', reason: 'no Chromium' },
    ],
  };
  expect(tally(JSON.stringify(outcome), 1)).toEqual({
    failed: 1,
    lines: ['SKIPPED 2: no Chromium', '  c', '  d', 'FAILED a > b', '3 passed, 1 failed, 2 skipped'],
  });
});

it('counts a run that ended without a result as a failure', () => {
  expect(tally(undefined, 1)).toEqual({ failed: 1, lines: ['0 passed, 1 failed, 0 skipped'] });
});
