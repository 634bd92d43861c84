import type { Outcome } from './outcome.js';

export interface Tally {
  readonly failed: number;
  readonly lines: readonly string[];
}

/**
 * The closing lines of a test run: every skipped test by its reason, then `N passed, N failed, N skipped`.
 *
 * @param results what the reporter wrote; undefined when vitest ended before it could write
 * @param status the exit code of vitest
 */
export function tally(results: string | undefined, status: number): Tally {
  const outcome = results === undefined ? { passed: 0, failed: [], skipped: [] } : (JSON.parse(results) as Outcome);
  // Vitest fails runs for reasons that are no test: no file found, an error outside a test.
  const failed = Math.max(outcome.failed.length, status === 0 ? 0 : 1);
  const closing = `${outcome.passed} passed, ${failed} failed, ${outcome.skipped.length} skipped`;
  return { failed, lines: [...skippedLines(outcome.skipped), ...outcome.failed.map((name) => `FAILED ${name}`), closing] };
}

/** One line a reason, with the names of at most five of its tests. */
function skippedLines(skipped: Outcome['skipped']): string[] {
  const reasons = [...new Set(skipped.map(({ reason }) => reason))];
  return reasons.flatMap((reason) => {
    const names = skipped.filter((test) => test.reason === reason).map(({ name }) => name);
    const more = names.length > 5 ? [`  … and ${names.length - 5} more`] : [];
    return [`SKIPPED ${names.length}: ${reason}`, ...names.slice(0, 5).map((name) => `  ${name}`), ...more];
  });
}
