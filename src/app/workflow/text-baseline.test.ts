import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Events } from '../../core/index.js';
import { taskOf } from '../../learning/tasks/index.js';
import { resolveSpec, type SpecInput } from '../spec/index.js';
import type { WorkflowEvents } from './context.js';
import { openRunData } from './data.node.js';
import { measureTextBaseline } from './text-baseline.node.js';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'regraft-words-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function baselineOf(rows: readonly string[], data: Partial<SpecInput['data']>, task: SpecInput['task'] = 'text-classification') {
  const train = join(folder, `${rows.length}.csv`);
  writeFileSync(train, rows.join('\n'));
  const spec = resolveSpec({ task, base: './encoder', data: { train, ...data } }, { specDir: folder });
  const opened = await openRunData(spec);
  const notes: string[] = [];
  const events = new Events<WorkflowEvents>();
  events.on('note', ({ text }) => notes.push(text));
  try {
    const session = { task: taskOf(spec.task, opened.train.target.kind), data: opened };
    return { baseline: await measureTextBaseline(session, { events }), notes };
  } finally {
    await opened.close();
  }
}

const texts = Array.from({ length: 60 }, (_, i) => `${['sun and sea', 'snow and ice'][i % 2]} number ${i},${['warm', 'cold'][i % 2]}`);

it('is measured on what is held out', async () => {
  const { baseline } = await baselineOf(['text,label', ...texts], { validation: 0.2, test: 0.2 });
  expect(Object.keys(baseline?.metrics ?? {})).toEqual(['validation', 'test']);
  expect(baseline?.metrics['test']?.['accuracy']?.value).toBe(1);
});

it('reads both texts of a pair', async () => {
  const rows = texts.map((row, i) => `a text,${row.replace(/number \d+/, `pair ${i}`)}`);
  const { baseline } = await baselineOf(['premise,hypothesis,label', ...rows], { test: 0.3 }, 'text-pair');
  expect(baseline?.metrics['test']?.['accuracy']?.value).toBe(1);
});

it('is left out where nothing is held out, where texts have numbers, and where they are too much', async () => {
  expect((await baselineOf(['text,label', ...texts], {})).baseline).toBeUndefined();
  const scores = ['sentence1,sentence2,score', 'a b,c d,0.5', 'a c,c d,0.25', 'e b,c d,0.75'];
  expect((await baselineOf(scores, { test: 0.4 }, 'text-pair')).baseline).toBeUndefined();
  const long = texts.map((row) => `${'long '.repeat(45_000)}${row}`);
  const { baseline, notes } = await baselineOf(['text,label', ...long, 'short,warm'], { test: 0.2 });
  expect(baseline).toBeUndefined();
  expect(notes).toEqual([expect.stringContaining('too much')]);
});
