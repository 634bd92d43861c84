import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { SpecInput } from '../../src/app/spec/index.js';
import { evaluate } from '../../src/app/workflow/evaluate.node.js';
import { predict } from '../../src/app/workflow/predict.node.js';
import { train } from '../../src/app/workflow/train.node.js';
import { writeTextBase } from '../support/text-base.js';
import { quickSpec, rounds, type TopicText, topicTexts, writeConll, writeRows, writeSquad } from '../support/text-runs.js';

const root = mkdtempSync(join(tmpdir(), 'regraft-text-tasks-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const at = (name: string): string => join(root, name);

interface Case {
  readonly task: SpecInput['task'];
  readonly base: readonly [family: string, className: string];
  readonly file: string;
  readonly write: (path: string, rows: readonly TopicText[]) => unknown;
  readonly epochs?: number;
  readonly metric: string;
  /** Beyond what guessing reaches. */
  readonly above: number;
  /** A text, and what is to be said of it. */
  readonly text?: string;
  readonly said: object;
}

function writeCsv(path: string, rows: readonly (readonly unknown[])[]): void {
  writeFileSync(path, rows.map((row) => row.join(',')).join('\n'));
}

const cases: Record<string, Case> = {
  'one class a text, from CSV': {
    task: 'text-classification',
    base: ['bert', 'BertModel'],
    file: '.csv',
    write: (path, rows) => writeCsv(path, [['text', 'label'], ...rows.map(({ text, topic }) => [text, topic])]),
    metric: 'accuracy',
    above: 0.8,
    text: 'the cat runs',
    said: { label: 'pets', top: [{ label: 'pets' }, { label: 'trade' }] },
  },
  'several classes a text, from JSON Lines': {
    task: 'text-classification',
    base: ['distilbert', 'DistilBertModel'],
    file: '.jsonl',
    write: (path, rows) =>
      writeRows(
        path,
        rows.map(({ text, topic }) => ({ text, labels: [topic, ...(text.includes('runs') ? ['sport'] : [])] })),
      ),
    metric: 'microF1',
    above: 0.8,
    text: 'the cat runs runs',
    said: { labels: ['pets', 'sport'], probabilities: { trade: expect.any(Number) } },
  },
  'the class of a pair, from JSON Lines': {
    task: 'text-pair',
    base: ['bert', 'BertModel'],
    file: '.jsonl',
    write: (path, rows) =>
      writeRows(
        path,
        rows.map(({ text, topic }) => ({ premise: text, hypothesis: 'the cat', label: topic === 'pets' ? 'alike' : 'other' })),
      ),
    metric: 'accuracy',
    above: 0.8,
    said: { label: 'other' },
  },
  'the score of a pair, from CSV': {
    task: 'text-pair',
    base: ['roberta', 'RobertaModel'],
    file: '.csv',
    write: (path, rows) =>
      writeCsv(path, [['sentence1', 'sentence2', 'score'], ...rows.map(({ text, topic }) => [text, 'the dog', topic === 'pets' ? 0.9 : 0.1])]),
    metric: 'r2',
    above: 0.3,
    said: { values: { score: expect.any(Number) } },
  },
  'tags of words, from CoNLL': {
    task: 'token-classification',
    base: ['bert', 'BertModel'],
    file: '.conll',
    write: writeConll,
    metric: 'f1',
    above: 0.8,
    text: 'the cat runs to the bank',
    said: {
      entities: [
        { label: 'pets', start: 4, end: 7, text: 'cat' },
        { label: 'trade', start: 20, end: 24, text: 'bank' },
      ],
    },
  },
  'answers, from SQuAD': {
    task: 'question-answering',
    base: ['bert', 'BertModel'],
    file: '.json',
    write: writeSquad,
    epochs: 8,
    metric: 'f1',
    above: 0.5,
    said: { answer: expect.stringMatching(/bank|money/) },
  },
  'masked words, from a text file': {
    task: 'masked-language-modelling',
    base: ['bert', 'BertForMaskedLM'],
    file: '.txt',
    write: (path, rows) => writeRows(path, rounds(rows.length)),
    epochs: 40,
    metric: 'tokenAccuracy',
    above: 0.5,
    text: 'the cat [MASK] a dog',
    said: { masks: [{ top: [{ label: 'runs' }, {}, {}, {}, {}] }] },
  },
  'the next word, from a text file': {
    task: 'causal-language-modelling',
    base: ['gpt2', 'GPT2LMHeadModel'],
    file: '.txt',
    write: (path, rows) => writeRows(path, rounds(rows.length)),
    metric: 'tokenAccuracy',
    above: 0.8,
    text: 'the c',
    said: { text: expect.stringMatching(/^at /) },
  },
};

it.each(Object.entries(cases))('learns %s', async (name, { task, base, write, file, epochs = 4, metric, above, text, said }) => {
  const id = name.replaceAll(/\W+/g, '-');
  const texts = topicTexts(120);
  await writeTextBase(at(`${id}-base`), ...base);
  write(at(`${id}-train${file}`), texts.slice(0, 80));
  write(at(`${id}-test${file}`), texts.slice(80));
  const data = { train: `./${id}-train${file}`, test: `./${id}-test${file}` };
  const spec = quickSpec(root, { task, base: `./${id}-base`, data, training: { epochs } });
  const { metrics, bundle = '' } = await train({ spec, out: at(`${id}-run`) });
  expect(metrics['test']?.[metric]?.value).toBeGreaterThan(above);

  const again = await evaluate({ target: bundle, data: at(`${id}-test${file}`) });
  expect(Object.keys(again.metrics)).toEqual(Object.keys(metrics['test'] ?? {}));
  // Other batches pad texts to other lengths, which leaves rounding errors.
  for (const [key, { value }] of Object.entries(metrics['test'] ?? {})) expect(again.metrics[key]?.value).toBeCloseTo(value, 5);

  const { predictions, skipped } = await predict({ bundle, inputs: [at(`${id}-test${file}`)], texts: text === undefined ? [] : [text] });
  expect(skipped).toEqual([]);
  expect(predictions).toHaveLength(40 + Number(text !== undefined));
  expect(predictions.at(-1)).toMatchObject(said);
});
