import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SpecInput } from '../../src/app/spec/index.js';
import { evaluate, predict, train } from '../../src/app/workflow/index.node.js';
import { answerOf, codeOf, questions, writeRows } from '../support/questions.js';
import { writeTextBase } from '../support/text-base.js';

const MINUTES = 120_000;
const root = mkdtempSync(join(tmpdir(), 'regraft-embedding-'));
const at = (name: string): string => join(root, name);
afterAll(() => rmSync(root, { recursive: true, force: true }));

beforeAll(async () => {
  await writeTextBase(at('base'));
  const all = questions();
  writeRows(
    at('pairs.jsonl'),
    all.map(({ text, topic }) => ({ anchor: text, positive: answerOf(topic) })),
  );
  writeRows(
    at('triplets.jsonl'),
    all.map(({ text, topic }) => ({ anchor: text, positive: answerOf(topic), negative: answerOf(topic + 1) })),
  );
  writeRows(
    at('scores.jsonl'),
    all.map(({ text, topic }, i) => ({ sentence1: text, sentence2: answerOf(topic + (i % 4 < 2 ? 0 : i)), score: i % 4 < 2 ? 0.9 : 0.1 })),
  );
  writeRows(
    at('classes.jsonl'),
    all.map(({ text, topic }) => ({ text, label: `topic ${topic}` })),
  );
});

function specOf(changes: Partial<SpecInput> & { readonly train: string }): SpecInput {
  const { train: file, ...rest } = changes;
  return {
    task: 'sentence-embedding',
    text: { maxLength: 16 },
    recipe: 'full',
    threads: 1,
    seed: 1,
    base: at('base'),
    data: { train: at(file), validation: at(file) },
    training: { epochs: 12, batchSize: 8, optimizer: { name: 'adamw', lr: 0.003 } },
    ...rest,
  } as SpecInput;
}

/** Metrics of the first evaluation and of the last one. */
function progressOf(run: string): Record<string, number>[] {
  const lines = readFileSync(join(run, 'metrics.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { metrics?: Record<string, number> });
  const found = lines.flatMap(({ metrics }) => (metrics ? [metrics] : []));
  return [found[0] as Record<string, number>, found.at(-1) as Record<string, number>];
}

async function vectorsOf(bundle: string, texts: readonly string[]): Promise<number[][]> {
  const { predictions } = await predict({ bundle, inputs: [], texts });
  return predictions.map((found) => [...(found as unknown as { readonly values: readonly number[] }).values]);
}
const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);

describe('from a file of texts to vectors of length 1', () => {
  it(
    'pairs: a question and its answer, which have no word in common, become alike',
    async () => {
      const run = at('run-pairs');
      const { metrics, bundle = '' } = await train({ spec: specOf({ train: 'pairs.jsonl' }), out: run });
      // One in six by chance.
      expect(metrics['validation']?.['accuracyAt1']?.value).toBeGreaterThan(0.9);
      expect(metrics['validation']?.['mrr']?.value).toBeGreaterThan(0.9);
      const [question = [], answer = [], other = []] = await vectorsOf(bundle, ['c c the dog', answerOf(2), answerOf(3)]);
      // Length 1 as single precision has it.
      expect(dot(question, question)).toBeCloseTo(1, 5);
      expect(dot(question, answer)).toBeGreaterThan(dot(question, other) + 0.2);
      const again = await evaluate({ target: bundle, data: at('pairs.jsonl') });
      expect(again.metrics['mrr']?.value).toBeCloseTo(metrics['validation']?.['mrr']?.value as number, 5);
      expect(again.confusion).toBeUndefined();
      const info = JSON.parse(readFileSync(join(bundle, 'bundle.json'), 'utf8'));
      expect(info).toMatchObject({
        task: 'sentence-embedding',
        target: 'none',
        activation: 'values',
        outputs: [{ dims: [expect.any(String), question.length] }],
      });
    },
    MINUTES,
  );

  it.each([
    ['triplets, their negatives as further candidates', 'triplets.jsonl', 'auto', 'accuracyAt1', 0.9],
    // Each topic has seen one other beside it; the rest follows in part.
    ['triplets by margin', 'triplets.jsonl', 'triplet', 'accuracyAt1', 0.3],
    ['scores', 'scores.jsonl', 'auto', 'spearman', 0.7],
    ['classes', 'classes.jsonl', 'auto', 'knnAccuracy', 0.9],
  ] as const)(
    '%s',
    async (name, file, loss, metric, least) => {
      const training = { epochs: 12, batchSize: 8, loss, optimizer: { name: 'adamw', lr: 0.003 } } as const;
      const { metrics } = await train({ spec: specOf({ train: file, training }), out: at(`run ${name}`) });
      const [first = {}] = progressOf(at(`run ${name}`));
      expect(metrics['validation']?.[metric]?.value).toBeGreaterThan(Math.max(least, first[metric] as number));
    },
    MINUTES,
  );

  it(
    'with a frozen beginning, whose values are kept, alike with and without keeping them',
    async () => {
      const metricsWith = async (prefixCache: false | object, out: string): Promise<unknown> => {
        const training = { epochs: 3, batchSize: 5, prefixCache, optimizer: { name: 'adamw', lr: 0.003 } };
        const spec = { ...specOf({ train: 'triplets.jsonl' }), freeze: 'embeddings', training } as SpecInput;
        return (await train({ spec, out: at(out) })).metrics;
      };
      expect(await metricsWith({}, 'run-kept')).toEqual(await metricsWith(false, 'run-live'));
    },
    MINUTES,
  );

  it(
    'with adapters alone',
    async () => {
      const training = { epochs: 12, batchSize: 8, optimizer: { name: 'adamw', lr: 0.02 } } as const;
      await train({ spec: specOf({ train: 'pairs.jsonl', recipe: 'lora', training }), out: at('run-lora') });
      const [first = {}, last = {}] = progressOf(at('run-lora'));
      expect(last['mrr']).toBeGreaterThan(first['mrr'] as number);
    },
    MINUTES,
  );

  it(
    'a bundle is a base: a classifier on its vectors',
    async () => {
      const { bundle = '' } = await train({ spec: specOf({ train: 'classes.jsonl' }), out: at('run-first') });
      const spec = { ...specOf({ train: 'classes.jsonl', task: 'text-classification', recipe: 'linear-probe' }), base: bundle } as SpecInput;
      const second = await train({ spec, out: at('run-second') });
      expect(second.metrics['validation']?.['accuracy']?.value).toBeGreaterThan(0.9);
      const weights = JSON.parse(readFileSync(join(second.bundle as string, 'bundle.json'), 'utf8')) as { labels: string[] };
      expect(weights.labels).toHaveLength(6);
    },
    MINUTES,
  );
});

describe('what cannot be used', () => {
  it('pairs without a second text', async () => {
    writeRows(at('single.jsonl'), [{ text: 'the cat' }, { text: 'the dog' }]);
    expect(await codeOf(train({ spec: specOf({ train: 'single.jsonl' }), out: at('run-single') }))).toBe('TEXT_NO_PAIR');
  });

  it(
    'rows without a negative are left out, with a word of why',
    async () => {
      const rows = questions().map(({ text, topic }, i) => ({
        anchor: text,
        positive: answerOf(topic),
        negative: i === 3 ? '' : answerOf(topic + 1),
      }));
      writeRows(at('gaps.jsonl'), rows);
      const training = { epochs: 1, batchSize: 8, loss: 'triplet' } as const;
      const { skipped } = await train({
        spec: { ...specOf({ train: 'gaps.jsonl', training }), data: { train: at('gaps.jsonl') } },
        out: at('run-gaps'),
      });
      expect(skipped).toBe(1);
      expect(readFileSync(join(at('run-gaps'), 'run.json'), 'utf8')).toContain('negative');
    },
    MINUTES,
  );

  it('triplets where no row has a negative', async () => {
    const training = { epochs: 1, loss: 'triplet' } as const;
    expect(await codeOf(train({ spec: specOf({ train: 'pairs.jsonl', training }), out: at('run-none') }))).toBe('TEXT_NO_NEGATIVE');
  });

  it('scores that are no cosines, and classes of two texts', async () => {
    writeRows(at('star.jsonl'), [{ sentence1: 'the cat', sentence2: 'the dog', score: 4.5 }]);
    // One sample may always be unreadable; then there is nothing to train on.
    expect(await codeOf(train({ spec: specOf({ train: 'star.jsonl' }), out: at('run-star') }))).toBe('DATA_EMPTY');
    writeRows(
      at('stars.jsonl'),
      [4.5, 5, 3.5].map((score) => ({ sentence1: 'the cat', sentence2: 'the dog', score })),
    );
    expect(await codeOf(train({ spec: specOf({ train: 'stars.jsonl' }), out: at('run-stars') }))).toBe('TEXT_SCORE');
    const rows = ['yes', 'no'].map((label) => ({ sentence1: 'the cat', sentence2: 'the dog', label }));
    writeRows(at('entailment.jsonl'), rows);
    expect(await codeOf(train({ spec: specOf({ train: 'entailment.jsonl' }), out: at('run-two') }))).toBe('TEXT_PAIR_CLASS');
  });

  it('losses of another kind', async () => {
    const training = { epochs: 1, loss: 'cross-entropy' } as const;
    expect(await codeOf(train({ spec: specOf({ train: 'pairs.jsonl', training }), out: at('run-loss') }))).toBe('LOSS_TASK');
    const other = { epochs: 1, loss: 'multiple-negatives-ranking' } as const;
    const spec = specOf({ train: 'classes.jsonl', task: 'text-classification', training: other });
    expect(await codeOf(train({ spec, out: at('run-loss') }))).toBe('LOSS_TASK');
  });
});
