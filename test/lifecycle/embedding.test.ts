import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SpecInput } from '../../src/app/spec/index.js';
import { evaluate, predict, train } from '../../src/app/workflow/index.node.js';
import { RegraftError } from '../../src/core/index.js';
import { writeTextBase } from '../support/text-base.js';

const MINUTES = 120_000;
const root = mkdtempSync(join(tmpdir(), 'regraft-embedding-'));
const at = (name: string): string => join(root, name);
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** What stands for each of six topics in a question and in an answer: nothing that the tokens of the two have in common. */
const TOPICS = ['a', 'b', 'c', 'd', 'e', 'f'].map((letter, topic) => ({ letter, digit: String(topic) }));
const FILLERS = ['the cat', 'the dog runs', 'bank', 'money the', 'cat', 'the bank runs the dog'];

interface Row {
  readonly [column: string]: unknown;
}

function writeRows(name: string, rows: readonly Row[]): void {
  writeFileSync(at(name), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
}

/** Each topic with each filler. */
function questions(): { readonly text: string; readonly topic: number }[] {
  return FILLERS.flatMap((filler) => TOPICS.map(({ letter }, topic) => ({ text: `${letter} ${letter} ${filler}`, topic })));
}
const answerOf = (topic: number): string => `${TOPICS[topic % TOPICS.length]?.digit} the`;

beforeAll(async () => {
  await writeTextBase(at('base'));
  const all = questions();
  writeRows(
    'pairs.jsonl',
    all.map(({ text, topic }) => ({ anchor: text, positive: answerOf(topic) })),
  );
  writeRows(
    'triplets.jsonl',
    all.map(({ text, topic }) => ({ anchor: text, positive: answerOf(topic), negative: answerOf(topic + 1) })),
  );
  writeRows(
    'scores.jsonl',
    all.map(({ text, topic }, i) => ({ sentence1: text, sentence2: answerOf(topic + (i % 4 < 2 ? 0 : i)), score: i % 4 < 2 ? 0.9 : 0.1 })),
  );
  writeRows(
    'classes.jsonl',
    all.map(({ text, topic }) => ({ text, label: `topic ${topic}` })),
  );
});

const shared = {
  base: './base',
  text: { maxLength: 16 },
  recipe: 'full',
  threads: 1,
  seed: 1,
} as const;

function specOf(changes: Partial<SpecInput> & { readonly train: string }): SpecInput {
  const { train: file, ...rest } = changes;
  return {
    ...shared,
    task: 'sentence-embedding',
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

/** The code of the error that ended it. */
async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.catch((thrown: unknown) => thrown);
  if (!(error instanceof RegraftError)) throw error;
  return error.cause instanceof RegraftError ? error.cause.code : error.code;
}

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

describe('setfit: contrast of a few samples a class, then a probe', () => {
  /** Accuracy on all questions of a classifier that saw two of each topic. */
  async function accuracyOf(recipe: SpecInput['recipe'], out: string): Promise<number> {
    const spec = {
      ...specOf({ train: 'few.jsonl', task: 'text-classification', recipe }),
      data: { train: at('few.jsonl'), test: at('classes.jsonl') },
      training: { epochs: 30, batchSize: 12, optimizer: { name: 'adamw', lr: 0.01 } },
    } as SpecInput;
    const { metrics } = await train({ spec, out: at(out) });
    return metrics['test']?.['accuracy']?.value as number;
  }

  it(
    'of texts, is better than a probe of the base as it was',
    async () => {
      writeRows(
        'few.jsonl',
        questions()
          .slice(0, 12)
          .map(({ text, topic }) => ({ text, label: `topic ${topic}` })),
      );
      const probe = await accuracyOf('linear-probe', 'run-probe');
      const setfit = await accuracyOf('setfit', 'run-setfit');
      expect(setfit).toBeGreaterThan(probe);
      const losses = readFileSync(join(at('run-setfit'), 'metrics.jsonl'), 'utf8')
        .trim()
        .split('\n');
      const lossAt = (index: number): number => (JSON.parse(losses.at(index) as string) as { loss: number }).loss;
      expect(lossAt(-1)).toBeLessThan(lossAt(0) / 2);
    },
    MINUTES,
  );

  it('needs classes and a linear head', async () => {
    const spec = { ...specOf({ train: 'pairs.jsonl', recipe: 'setfit' }) };
    expect(await codeOf(train({ spec, out: at('run-no') }))).toBe('RECIPE_CLASSES');
    const mlp = specOf({ train: 'classes.jsonl', task: 'text-classification', recipe: 'setfit', head: 'mlp' });
    expect(await codeOf(train({ spec: mlp, out: at('run-no') }))).toBe('PROBE_HEAD');
  });
});

describe('what cannot be used', () => {
  it('pairs without a second text', async () => {
    writeRows('single.jsonl', [{ text: 'the cat' }, { text: 'the dog' }]);
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
      writeRows('gaps.jsonl', rows);
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
    writeRows('star.jsonl', [{ sentence1: 'the cat', sentence2: 'the dog', score: 4.5 }]);
    // One sample may always be unreadable; then there is nothing to train on.
    expect(await codeOf(train({ spec: specOf({ train: 'star.jsonl' }), out: at('run-star') }))).toBe('DATA_EMPTY');
    writeRows(
      'stars.jsonl',
      [4.5, 5, 3.5].map((score) => ({ sentence1: 'the cat', sentence2: 'the dog', score })),
    );
    expect(await codeOf(train({ spec: specOf({ train: 'stars.jsonl' }), out: at('run-stars') }))).toBe('TEXT_SCORE');
    const rows = ['yes', 'no'].map((label) => ({ sentence1: 'the cat', sentence2: 'the dog', label }));
    writeRows('entailment.jsonl', rows);
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
