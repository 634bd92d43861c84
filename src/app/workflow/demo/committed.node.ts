import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { DemoSummary } from './summary.js';

const PACKAGE = new URL('../../../../', import.meta.url);

/** The result of more seeds that is committed with the project; `undefined` where the package does not carry it. */
export async function committed(): Promise<DemoSummary | undefined> {
  const text = await readFile(new URL('docs/results/demo.json', PACKAGE), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as DemoSummary);
}

/** The commit that the sources are at, where this is a clone with git. */
export async function sourceCommit(): Promise<string | undefined> {
  const inPackage = { cwd: fileURLToPath(PACKAGE) };
  try {
    const { stdout } = await promisify(execFile)('git', ['rev-parse', '--show-prefix', '--short=10', 'HEAD'], inPackage);
    const [prefix, commit] = stdout.split('\n');
    // A package installed inside another repository is not at that repository's commit.
    return prefix === '' ? commit : undefined;
  } catch {
    return undefined;
  }
}
