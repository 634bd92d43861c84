/**
 * The checks and tests of the project, in the order that fails fastest. Ends with the line `N passed, N failed, N skipped`.
 * Arguments are passed on to vitest: `npm test -- src/core` checks everything and runs the tests below src/core.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { tally } from './tests/tally.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const results = `${root}/node_modules/.cache/test-results.json`;

const steps: readonly (readonly [title: string, script: string])[] = [
  ['format and lint', 'lint'],
  ['types', 'types'],
  ['import direction', 'imports'],
  ['dead code', 'dead-code'],
  ['build', 'build'],
  ['browser safety', 'browser'],
];

/** Runs an npm script quietly; what it printed is shown only when it fails. */
function check([title, script]: readonly [string, string]): boolean {
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync('npm', ['run', '--silent', script], {
    cwd: root,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${status === 0 ? '✓' : '✗'} ${title} (${seconds} s)`);
  if (status !== 0) console.error(`${stdout}\n${stderr}\nThe check "${title}" failed; \`npm run ${script}\` repeats it.`);
  return status === 0;
}

function runTests(): void {
  rmSync(results, { force: true });
  const { status } = spawnSync('npx', ['vitest', 'run', ...process.argv.slice(2)], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
    env: { ...process.env, REGRAFT_TEST_RESULTS: results },
  });
  const report = tally(existsSync(results) ? readFileSync(results, 'utf8') : undefined, status ?? 1);
  for (const line of report.lines) console.log(line);
  process.exitCode = report.failed > 0 ? 1 : 0;
}

if (steps.every(check)) runTests();
else {
  console.log('0 passed, 1 failed, 0 skipped');
  process.exitCode = 1;
}
