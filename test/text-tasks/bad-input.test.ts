import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SpecInput } from '../../src/app/spec/index.js';
import { predict } from '../../src/app/workflow/predict.node.js';
import { type TrainResult, train } from '../../src/app/workflow/train.node.js';
import { saveModelFile } from '../../src/engine/graph/index.node.js';
import type { TextTokenizer } from '../../src/learning/data/index.js';
import { taskOf } from '../../src/learning/tasks/index.js';
import { drawShapes } from '../support/shapes.js';
import { writeTextBase } from '../support/text-base.js';
import { quickSpec, topicTexts, writeConll, writeRows, writeSquad } from '../support/text-runs.js';
import { tinyBase } from '../support/tiny-base.js';

const root = mkdtempSync(join(tmpdir(), 'regraft-text-bad-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const at = (name: string): string => join(root, name);
const texts = topicTexts(24);
const good = texts.map(({ text, topic }) => ({ text, label: topic }));
let runs = 0;

beforeAll(async () => {
  await writeTextBase(at('bert'), 'bert', 'BertModel');
  await writeTextBase(at('words'), 'bert', 'BertForMaskedLM');
  await writeTextBase(at('gpt2'), 'gpt2', 'GPT2LMHeadModel');
  writeRows(at('good.jsonl'), good);
  writeConll(at('tags.conll'), texts);
  writeSquad(at('answers.json'), texts);
  await saveModelFile(at('image.onnx'), tinyBase());
  await drawShapes(at('shapes'), 4);
});

function trained(spec: Partial<SpecInput>): Promise<TrainResult> {
  const base = { task: 'text-classification', base: './bert', data: { train: './good.jsonl' } };
  return train({ spec: quickSpec(root, { ...base, ...spec, training: { epochs: 1, ...spec.training } } as SpecInput), out: at(`run-${runs++}`) });
}

function withRows(name: string, rows: readonly unknown[]): Partial<SpecInput> {
  writeRows(at(`${name}.jsonl`), [...good, ...rows]);
  return { data: { train: `./${name}.jsonl` } };
}

describe('texts that cannot be read are counted and left out', () => {
  it.each<[string, readonly unknown[]]>([
    ['empty', [{ text: '', label: 'pets' }]],
    ['blanks', [{ text: ' \n', label: 'pets' }]],
    ['only words that nobody knows', [{ text: '你好 世界', label: 'pets' }]],
  ])('%s', async (name, rows) => {
    expect((await trained(withRows(name.replaceAll(' ', '-'), rows))).skipped).toBe(1);
  });

  it('too long ones where they are not to be cut', async () => {
    const long = { text: Array.from({ length: 100 }, () => 'cat').join(' '), label: 'pets' };
    expect((await trained({ ...withRows('long', [long]), text: { overflow: 'fail' } } as Partial<SpecInput>)).skipped).toBe(1);
    expect((await trained(withRows('long', [long]))).skipped).toBe(0);
  });

  it('tags that are not one a word', async () => {
    const rows = [
      ...texts.map(({ text }) => ({ tokens: text.split(' '), tags: text.split(' ').map(() => 'O') })),
      { tokens: ['cat'], tags: ['O', 'O'] },
    ];
    writeRows(at('tags.jsonl'), [...rows, { tokens: ['cat'], tags: ['B-pet'] }]);
    expect((await trained({ task: 'token-classification', data: { train: './tags.jsonl' } })).skipped).toBe(1);
  });

  it('answers that do not stand where they are said to', async () => {
    const rows = texts.map(({ text }) => ({ question: 'the', context: text, answers: { text: [text.slice(0, 3)], answer_start: [0] } }));
    writeRows(at('misplaced.jsonl'), [...rows, { question: 'the', context: 'the cat', answers: { text: ['dog'], answer_start: [4] } }]);
    expect((await trained({ task: 'question-answering', data: { train: './misplaced.jsonl' } })).skipped).toBe(1);
  });

  it('a question that leaves no room', async () => {
    const rows = texts.map(({ text }) => ({ question: 'the', context: text, answers: { text: [text.slice(0, 3)], answer_start: [0] } }));
    const question = Array.from({ length: 80 }, () => 'cat').join(' ');
    writeRows(at('question.jsonl'), [...rows, { question, context: 'the cat', answers: { text: ['cat'], answer_start: [4] } }]);
    expect((await trained({ task: 'question-answering', data: { train: './question.jsonl' } })).skipped).toBe(1);
  });

  it('unless they are too many', async () => {
    const rows = Array.from({ length: 12 }, () => ({ text: ' ', label: 'pets' }));
    await expect(trained(withRows('many', rows))).rejects.toMatchObject({ code: 'DATA_TOO_MANY_SKIPPED' });
  });
});

describe('is refused with what to do:', () => {
  it.each<[string, () => Partial<SpecInput>, string]>([
    [
      'a class that training lacks',
      () => ({
        data: {
          train: './good.jsonl',
          test: `./${writeRows(at('other.jsonl'), [{ text: 'cat', label: 'petz' }])
            .split('/')
            .at(-1)}`,
        },
      }),
      'DATA_LABEL_UNKNOWN',
    ],
    ['a column that there is not', () => ({ data: { train: './good.jsonl', columns: { text: 'texd' } } }), 'DATA_COLUMN_MISSING'],
    ['one text where a pair is wanted', () => ({ task: 'text-pair' }), 'DATA_TOO_MANY_SKIPPED'],
    ['more tokens than the base takes', () => ({ text: { maxLength: 65 } }), 'TEXT_LENGTH'],
    ['no room for a text', () => ({ text: { maxLength: 2 } }), 'TOKENIZER_LENGTH'],
    ['windows that share all', () => ({ task: 'causal-language-modelling', base: './gpt2', text: { maxLength: 8, stride: 8 } }), 'TOKENIZER_LENGTH'],
    ['a base without words for what comes next', () => ({ task: 'causal-language-modelling' }), 'IMPORT_PURPOSE'],
    ['an image base', () => ({ base: './image.onnx' }), 'BASE_NOT_TEXT'],
    ['a text base for images', () => ({ task: 'image-classification', data: { train: './shapes' } }), 'BASE_INPUTS'],
    ['images for a text task', () => ({ data: { train: './shapes' } }), 'DATA_CLASS_EMPTY'],
    ['a probe of tokens', () => ({ task: 'token-classification', data: { train: './tags.conll' }, recipe: 'linear-probe' }), 'PROBE_TOKENS'],
    [
      'balanced answers',
      () => ({
        task: 'question-answering',
        data: { train: './answers.json' },
        training: { loss: { name: 'cross-entropy', classWeights: 'balanced' } },
      }),
      'LOSS_UNBALANCED',
    ],
  ])('%s', async (_, spec, code) => {
    await expect(trained(spec())).rejects.toMatchObject({ code });
  });

  it('a model of classes as a base for words', async () => {
    const { bundle = '' } = await trained({});
    await expect(trained({ task: 'masked-language-modelling', base: bundle })).rejects.toMatchObject({ code: 'BASE_NO_WORDS' });
  });

  it('says why all are left out', async () => {
    await expect(trained({ task: 'text-pair' })).rejects.toThrow('There is no second text.');
  });

  it('a base without a tokenizer', async () => {
    await writeTextBase(at('mute'), 'bert', 'BertModel');
    rmSync(at('mute/vocab.txt'));
    rmSync(at('mute/tokenizer_config.json'));
    await expect(trained({ base: './mute' })).rejects.toMatchObject({ code: expect.stringMatching(/^(BASE_NO_TOKENIZER|TOKENIZER_MISSING)$/) });
  });

  it('a tokenizer of another model', async () => {
    await writeTextBase(at('mixed'), 'bert', 'BertModel');
    writeFileSync(
      at('mixed/vocab.txt'),
      ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', ...Array.from({ length: 200 }, (_, i) => `w${i}`)].join('\n'),
    );
    await expect(trained({ base: './mixed' })).rejects.toMatchObject({ code: 'TOKENIZER_VOCABULARY' });
  });

  it('a text beside a model of images', async () => {
    const { bundle = '' } = await trained({
      task: 'image-classification',
      base: { uri: './image.onnx', preprocessing: { size: [32, 32] } },
      data: { train: './shapes' },
    } as Partial<SpecInput>);
    await expect(predict({ bundle, inputs: [], texts: ['the cat'] })).rejects.toMatchObject({ code: 'TASK_CONTENT' });
  });

  it('hints at the name that was meant', async () => {
    await expect(trained({ data: { train: './good.jsonl', columns: { text: 'texd' } } } as Partial<SpecInput>)).rejects.toThrow('Did you mean text?');
    writeRows(at('petz.jsonl'), [{ text: 'cat', label: 'petz' }]);
    await expect(trained({ data: { train: './good.jsonl', test: './petz.jsonl' } } as Partial<SpecInput>)).rejects.toThrow('Did you mean pets?');
  });

  it.each(['token-classification', 'question-answering'] as const)('%s without offsets, as in browsers', async (name) => {
    const tokenizer = { hasOffsets: false } as unknown as TextTokenizer;
    const context = { tokenizer, maxLength: 8, overflow: 'cut', stride: 2, lossOn: 'all', negatives: 'optional', names: [] } as const;
    const encoded = taskOf(name).text?.encode([{ content: { kind: 'text', text: 'a', pair: 'b' }, label: [] }], context, 'train');
    await expect(encoded).rejects.toMatchObject({ code: 'TOKENIZER_NO_OFFSETS' });
  });
});

describe('odd texts', () => {
  const odd = ['[SEP]', '[SEP] [SEP] [PAD]', '\ud800 cat', 'cat \udc00', 'a\u0000b', '🐈 cat', 'cat'.repeat(50)];

  it('are learnt from and predicted, or left out', async () => {
    const rows = odd.map((text) => ({ text, label: 'pets' }));
    const { bundle = '' } = await trained({ ...withRows('odd', rows), data: { train: './odd.jsonl', maxSkippedShare: 0.5 } } as Partial<SpecInput>);
    const { predictions, skipped } = await predict({ bundle, inputs: [], texts: odd });
    expect(predictions.length + skipped.length).toBe(odd.length);
    expect(predictions.every((said) => 'label' in said && Number.isFinite(said.probability))).toBe(true);
  });

  it('of a megabyte are cut', async () => {
    const text = 'the cat runs '.repeat(80_000);
    const { bundle = '' } = await trained({});
    expect((await predict({ bundle, inputs: [], texts: [text] })).predictions).toHaveLength(1);
  });

  it('of 50 kB are tagged word by word', async () => {
    const { bundle = '' } = await trained({ task: 'token-classification', data: { train: './tags.conll' } });
    const text = 'the cat runs '.repeat(4000);
    const [said] = (await predict({ bundle, inputs: [], texts: [text] })).predictions;
    expect(said && 'words' in said && said.words.length).toBe(12_000);
  });
});

describe('few or equal samples', () => {
  it.each([
    ['one sample', [{ text: 'the cat', score: 1 }], 8],
    ['all of one length', Array.from({ length: 40 }, (_, i) => ({ text: 'the cat runs', score: i % 2 })), 4],
    ['fewer than a batch', [1, 2, 3].map((i) => ({ text: 'cat '.repeat(i), score: i })), 64],
  ] as const)('%s', async (name, rows, batchSize) => {
    const file = `${name.replaceAll(' ', '-')}.jsonl`;
    writeRows(
      at(file),
      rows.map(({ text, score }) => ({ sentence1: text, sentence2: 'dog', score: score + 0.5 })),
    );
    const { done } = await trained({
      task: 'text-pair',
      data: { train: `./${file}`, columns: { targets: 'score' } },
      training: { batchSize },
    } as Partial<SpecInput>);
    expect(done).toBe(true);
  });

  it('more windows than texts, with what is frozen computed anew at each step', async () => {
    writeRows(
      at('windows.txt'),
      Array.from({ length: 3 }, () => 'the cat runs '.repeat(100)),
    );
    const spec = { task: 'masked-language-modelling', base: './words', data: { train: './windows.txt' }, freeze: { match: 'embeddings' } };
    expect((await trained({ ...spec, training: { batchSize: 16 } } as Partial<SpecInput>)).done).toBe(true);
  });

  it('groups stay on one side', async () => {
    writeRows(
      at('groups.jsonl'),
      good.map((row, i) => ({ ...row, group: `g${i % 6}` })),
    );
    expect((await trained({ data: { train: './groups.jsonl', validation: 0.3 } } as Partial<SpecInput>)).metrics['validation']).toHaveProperty(
      'accuracy',
    );
  });
});
