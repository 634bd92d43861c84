import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { Journal } from '../../bench/study/journal.js';

const folder = mkdtempSync(join(tmpdir(), 'regraft-journal-'));
afterAll(() => rmSync(folder, { recursive: true }));

const outcome = { score: 0.5, tested: 10, seconds: 1, parameters: 3 };
const trial = { study: 'a', data: 'b', size: 5, method: 'c', seed: 1, settings: { rate: 0.1 }, run: async () => outcome };

it('a study that was interrupted knows what it has run, with the settings it has run it with', () => {
  const path = join(folder, 'trials.jsonl');
  new Journal(path).add(trial, outcome);
  appendFileSync(path, '{"study":"a","data":"b","size":20,');
  const again = new Journal(path);
  expect(again.of(trial)).toMatchObject({ method: 'c', seed: 1, ...outcome });
  expect(again.of({ ...trial, size: 20 })).toBeUndefined();
  expect(again.of({ ...trial, settings: { rate: 0.2 } })).toBeUndefined();
  again.add({ ...trial, seed: 2 }, outcome);
  const third = new Journal(path);
  expect([third.of(trial), third.of({ ...trial, seed: 2 })]).not.toContain(undefined);
  third.clear();
  expect(new Journal(path).of(trial)).toBeUndefined();
});
