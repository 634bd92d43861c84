import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parityCases, paritySession, writeParityFiles } from '../support/text-parity.js';

const root = mkdtempSync(join(tmpdir(), 'regraft-text-parity-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
beforeAll(() => writeParityFiles(root));

const golden = new URL('./training.json.gz', import.meta.url);
const { cases } = JSON.parse(gunzipSync(readFileSync(golden)).toString()) as { readonly cases: Readonly<Record<string, readonly number[]>> };

it.each(Object.keys(parityCases))('%s learns from raw texts what transformers has it learn', async (name) => {
  const expected = cases[name] ?? [];
  const session = await paritySession(root, name);
  const losses: number[] = [];
  session.learner.events.on('step', ({ loss }) => losses.push(loss));
  await session.learner.run(session.phases);
  await session.close();
  expect(losses).toHaveLength(20);
  const [first = 0] = expected;
  const effect = Math.max(...expected.map((loss) => Math.abs(loss - first)));
  const difference = Math.max(...expected.map((loss, i) => Math.abs(loss - (losses[i] ?? Number.NaN))));
  // A share of training's effect. Single precision leaves less than a thousandth; a text that is read otherwise shows by far.
  expect(difference / effect).toBeLessThan(0.01);
});
