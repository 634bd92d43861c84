import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openSession } from '../../src/app/workflow/session.node.js';
import { writeTextBase } from '../support/text-base.js';
import { quickSpec, topicTexts, writeConll, writeRows } from '../support/text-runs.js';

/** A value with a vector for each token, within the last block. */
const TAP = 'encoder.layer.1.attention.output.LayerNorm';
const root = mkdtempSync(join(tmpdir(), 'regraft-text-taps-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

beforeAll(async () => {
  await writeTextBase(join(root, 'bert'), 'bert', 'BertModel');
  const texts = topicTexts(20);
  writeConll(join(root, 'tags.conll'), texts);
  writeRows(
    join(root, 'classes.jsonl'),
    texts.map(({ text, topic }) => ({ text, label: topic })),
  );
});

const TASKS = { 'token-classification': './tags.conll', 'text-classification': './classes.jsonl' } as const;

async function valuesBelowHead(task: keyof typeof TASKS, taps: readonly string[]): Promise<{ features: string | undefined; values: string[] }> {
  const spec = quickSpec(root, { task, base: './bert', data: { train: TASKS[task] }, taps: [...taps] });
  const session = await openSession(spec, join(root, 'scratch'));
  await session.close();
  return { features: session.features, values: session.learner.model.graph.nodes.flatMap(({ outputs }) => outputs) };
}

it('the head of each token reads the value that is named, and what lies behind it is gone', async () => {
  const { features, values } = await valuesBelowHead('token-classification', [TAP]);
  expect(features).toBe(TAP);
  expect(values).not.toContain('encoder.layer.1.intermediate.dense');
});

it('the head of a text reads the mean of what is named', async () => {
  const { features, values } = await valuesBelowHead('text-classification', [TAP]);
  expect(features).toMatch(/^pooling/);
  expect(values).toContain(TAP);
  expect(values).not.toContain('encoder.layer.1.intermediate.dense');
});

it('several values, and one that there is not, are refused', async () => {
  await expect(valuesBelowHead('token-classification', [TAP, 'last_hidden_state'])).rejects.toMatchObject({ code: 'TEXT_TAPS' });
  await expect(valuesBelowHead('token-classification', ['encoder.layer.9'])).rejects.toMatchObject({ code: 'TAP_UNKNOWN' });
});
