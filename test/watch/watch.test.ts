import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { train } from '../../src/app/workflow/index.node.js';
import type { Finding } from '../../src/trust/watch/index.js';
import { type WatchCase, watchCases } from '../support/watch-cases.js';

const root = mkdtempSync(join(tmpdir(), 'regraft-watch-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A real run of a case; what was found, and where. */
async function watched({ prepare }: WatchCase, seed: number): Promise<{ found: readonly Finding[]; out: string }> {
  const folder = mkdtempSync(join(root, 'case-'));
  const out = join(folder, 'run');
  const { watch } = await train({ spec: await prepare(folder, seed), out });
  return { found: watch, out };
}

// How often over twenty seeds: docs/results/watch.json.
const { 'wrong labels, learnt by heart': _, ...others } = watchCases;
const cases = Object.entries<WatchCase>(others);

/** Pictures take ten times as long as points. */
const seedsOf = (name: string): number[] => (name.startsWith('pictures') ? [1] : [1, 2, 3]);

describe('real runs with something wrong', () => {
  it.each(cases.flatMap(([name, one]) => (one.planted ? [[one.planted, name, one] as const] : [])))('%s: %s', async (planted, _, one) => {
    const { found } = await watched(one, 1);
    expect(found.map(({ name }) => name)).toContain(planted);
  });
});

describe('real runs with nothing wrong', () => {
  it.each(cases.flatMap(([name, one]) => (one.planted ? [] : seedsOf(name).map((seed) => [name, seed, one] as const))))(
    '%s, seed %i',
    async (_, seed, one) => {
      expect((await watched(one, seed)).found).toEqual([]);
    },
  );
});

it('findings stand in run.json and in the report', async () => {
  const { found, out } = await watched(watchCases['copies across the split'], 2);
  const [leak] = found;
  expect(leak?.evidence).toMatch(/^20 of 60 held-out samples \(33%\)/);
  expect(JSON.parse(readFileSync(join(out, 'run.json'), 'utf8')).watch).toEqual(found);
  expect(readFileSync(join(out, 'report.html'), 'utf8')).toContain('<h2>The watch</h2><h3>Leakage</h3>'.replace('</h2>', '</h2>\n'));
});
