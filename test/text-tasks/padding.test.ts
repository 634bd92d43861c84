import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SpecInput } from '../../src/app/spec/index.js';
import { train } from '../../src/app/workflow/train.node.js';
import type { Prediction } from '../../src/learning/tasks/index.js';
import { loadBundle } from '../../src/reuse/bundle/index.node.js';
import { writeTextBase } from '../support/text-base.js';
import { quickSpec, topicTexts, writeConll, writeRows } from '../support/text-runs.js';

const root = mkdtempSync(join(tmpdir(), 'regraft-text-padding-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const at = (name: string): string => join(root, name);
const texts = topicTexts(60);

beforeAll(async () => {
  await writeTextBase(at('bert'), 'bert', 'BertModel');
  await writeTextBase(at('gpt2'), 'gpt2', 'GPT2Model');
  await writeTextBase(at('roberta'), 'roberta', 'RobertaModel');
  writeRows(
    at('classes.jsonl'),
    texts.map(({ text, topic }) => ({ text, label: topic })),
  );
  writeConll(at('tags.conll'), texts);
});

function numbersOf(said: Prediction | undefined): number[] {
  if (said?.kind === 'class') return Object.values(said.probabilities);
  return said?.kind === 'entities' ? said.words.map(({ probability }) => probability) : [];
}

/** The largest difference between what is said of a text alone and among longer ones. */
async function leak(spec: Partial<SpecInput>, out: string): Promise<number> {
  const { bundle = '' } = await train({ spec: quickSpec(root, { ...spec, training: { epochs: 1 } } as SpecInput), out });
  const loaded = await loadBundle(bundle);
  const short = ['the cat', 'bank'];
  const alone = [...(await loaded.predict([short[0] ?? ''])), ...(await loaded.predict([short[1] ?? '']))].flatMap(numbersOf);
  const among = (await loaded.predict([...short, 'money runs to the bank '.repeat(8), ...texts.map(({ text }) => text)]))
    .slice(0, 2)
    .flatMap(numbersOf);
  await loaded.close();
  expect(alone.length).toBeGreaterThan(1);
  return Math.max(...alone.map((value, i) => Math.abs(value - (among[i] ?? Number.NaN))));
}

describe.each(['bert', 'gpt2', 'roberta'])('padding says nothing in %s', (base) => {
  it.each(['mean', 'max', 'first', 'last'] as const)('to a text by its %s', async (pooling) => {
    const spec = { task: 'text-classification', base: `./${base}`, data: { train: './classes.jsonl' }, text: { pooling } } as const;
    // Single precision, in another order.
    expect(await leak(spec, at(`${base}-${pooling}`))).toBeLessThan(1e-5);
  });

  it('to a token', async () => {
    const spec = { task: 'token-classification', base: `./${base}`, data: { train: './tags.conll' } } as const;
    expect(await leak(spec, at(`${base}-tags`))).toBeLessThan(1e-5);
  });
});
