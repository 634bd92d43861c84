import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SpecInput } from '../../src/app/spec/index.js';
import { evaluate } from '../../src/app/workflow/evaluate.node.js';
import { resume, train } from '../../src/app/workflow/train.node.js';
import { Events } from '../../src/core/index.js';
import { describeTokenizer } from '../../src/learning/data/text/description.js';
import type { Prediction } from '../../src/learning/tasks/index.js';
import { loadBundle } from '../../src/reuse/bundle/index.node.js';
import { VOCABULARY, writeTextBase } from '../support/text-base.js';
import { quickSpec, rounds, topicTexts, writeConll, writeRows, writeSquad } from '../support/text-runs.js';

const root = mkdtempSync(join(tmpdir(), 'regraft-text-runs-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const at = (name: string): string => join(root, name);

const texts = topicTexts(150);

beforeAll(async () => {
  await writeTextBase(at('bert'), 'bert', 'BertModel');
  await writeTextBase(at('bert-words'), 'bert', 'BertForMaskedLM');
  await writeTextBase(at('gpt2'), 'gpt2', 'GPT2LMHeadModel');
  for (const base of ['bert', 'bert-words']) {
    const files = new Map(['vocab.txt', 'tokenizer_config.json'].map((name) => [name, new Uint8Array(readFileSync(at(`${base}/${name}`)))] as const));
    writeFileSync(at(`${base}/tokenizer.json`), JSON.stringify(describeTokenizer(files).json));
  }
  const classes = texts.map(({ text, topic }, i) => ({ text, label: topic, group: `g${Math.floor(i / 5)}` }));
  writeRows(at('classes.jsonl'), classes);
  writeRows(
    at('scores.jsonl'),
    texts.map(({ text, topic }) => ({ sentence1: text, sentence2: 'the dog', score: topic === 'pets' ? 0.75 : 0.25 })),
  );
  writeConll(at('tags.conll'), texts);
  writeSquad(at('answers.json'), texts);
  writeRows(at('words.txt'), rounds(150));
});

/** Five or so lengths of batches, in a new order each epoch. */
const tasks: Record<string, Pick<SpecInput, 'task' | 'base' | 'data'>> = {
  classes: { task: 'text-classification', base: './bert', data: { train: './classes.jsonl', validation: 0.2 } },
  scores: { task: 'text-pair', base: './bert', data: { train: './scores.jsonl', validation: 0.2 } },
  tags: { task: 'token-classification', base: './bert', data: { train: './tags.conll', validation: 0.2 } },
  answers: { task: 'question-answering', base: './bert', data: { train: './answers.json', validation: 0.2 } },
  masks: { task: 'masked-language-modelling', base: './bert-words', data: { train: './words.txt', validation: 0.2 } },
  next: { task: 'causal-language-modelling', base: './gpt2', data: { train: './words.txt', validation: 0.2 } },
};

interface Step {
  readonly step: number;
  readonly loss: number;
}

function stepsOf(run: string): Step[] {
  const lines = readFileSync(join(run, 'metrics.jsonl'), 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as Step).filter(({ loss }) => loss !== undefined);
}

function weightsOf(run: string): Buffer {
  return readFileSync(join(run, 'bundle', 'model.onnx'));
}

/** Trains until a step and goes on from there. */
async function trainBroken(spec: ReturnType<typeof quickSpec>, out: string, after: number): Promise<void> {
  const stop = new AbortController();
  const events = new Events<{ progress: { stage: string; done: number; total?: number }; note: { text: string } }>();
  events.on('progress', ({ stage, done }) => {
    if (stage.startsWith('training') && done >= after) stop.abort();
  });
  expect((await train({ spec, out }, { events, signal: stop.signal })).done).toBe(false);
  expect((await resume(out)).done).toBe(true);
}

describe.each(Object.entries(tasks))('%s', (name, task) => {
  it('are learnt in two parts as in one, bit for bit', async () => {
    const training = { epochs: 2, batchSize: 4, accumulate: 2 };
    const spec = quickSpec(root, { ...task, threads: 1, training } as SpecInput);
    await train({ spec, out: at(`${name}-whole`) });
    // Within the second epoch, which has 15 to 18 steps.
    await trainBroken(spec, at(`${name}-parts`), 20);
    expect(stepsOf(at(`${name}-parts`))).toEqual(stepsOf(at(`${name}-whole`)));
    expect(weightsOf(at(`${name}-parts`)).equals(weightsOf(at(`${name}-whole`)))).toBe(true);
  });

  it('are learnt alike whether what is frozen is kept or computed anew', async () => {
    const spec = (prefixCache: boolean) =>
      quickSpec(root, {
        ...task,
        freeze: { match: 'embeddings|wte|wpe|layer\\.0\\.|h\\.0\\.' },
        threads: 1,
        training: { epochs: 2, batchSize: 4, ...(prefixCache ? {} : { prefixCache: false }) },
      } as SpecInput);
    await train({ spec: spec(true), out: at(`${name}-kept`) });
    await train({ spec: spec(false), out: at(`${name}-anew`) });
    const [kept, anew] = [stepsOf(at(`${name}-kept`)), stepsOf(at(`${name}-anew`))];
    expect(kept.length).toBeGreaterThan(50);
    // The frozen part sees other batches; single precision rounds otherwise.
    for (const [i, { loss }] of kept.entries()) expect(loss).toBeCloseTo(anew[i]?.loss ?? Number.NaN, 4);
  });
});

describe('a linear probe', () => {
  it.each(['classes', 'scores'] as const)('fits %s', async (name) => {
    const { metrics } = await train({ spec: quickSpec(root, { ...tasks[name], recipe: 'linear-probe' } as SpecInput), out: at(`${name}-probe`) });
    const { accuracy, r2 } = metrics['validation'] ?? {};
    expect((accuracy ?? r2)?.value).toBeGreaterThan(0.5);
  });

  it.each(['tags', 'answers'] as const)('is refused for %s, which are one a token', async (name) => {
    const spec = quickSpec(root, { ...tasks[name], recipe: 'linear-probe' } as SpecInput);
    await expect(train({ spec, out: at(`${name}-probe`) })).rejects.toMatchObject({ code: 'PROBE_TOKENS' });
  });

  it('is passed over by fine-tuning where each token has an answer', async () => {
    const { metrics } = await train({ spec: quickSpec(root, { ...tasks['tags'], recipe: 'fine-tune' } as SpecInput), out: at('tags-tuned') });
    expect(metrics['validation']?.['f1']?.value).toBeGreaterThan(0.5);
  });
});

interface Plain {
  readonly asked: readonly (readonly [text: string, pair?: string])[];
  /** The same numbers from the plain program's output and from a prediction. */
  numbers(output: readonly number[], said: Prediction, text: string): { readonly plain: readonly number[]; readonly ours: readonly number[] };
}

function softmaxed(row: readonly number[]): number[] {
  const sum = row.reduce((total, value) => total + Math.exp(value), 0);
  return row.map((value) => Math.exp(value) / sum);
}

function kindOf<K extends Prediction['kind']>(said: Prediction, kind: K): Extract<Prediction, { kind: K }> {
  if (said.kind !== kind) throw new Error(`${said.kind} instead of ${kind}`);
  return said as Extract<Prediction, { kind: K }>;
}

const short = texts.map(({ text }) => text).filter((text) => text.split(' ').length < 8);
const [TAGS, BERT_TOKENS] = [3, VOCABULARY.length];

/** Where the first token of each word stands: "to" is two tokens, and one stands before all. */
function firstTokens(text: string): number[] {
  let next = 1;
  return text.split(' ').map((word) => {
    const first = next;
    next += word === 'to' ? 2 : 1;
    return first;
  });
}

const plainly: Record<string, Plain> = {
  classes: {
    asked: short.slice(0, 5).map((text) => [text]),
    numbers: (output, said) => ({ plain: softmaxed(output), ours: Object.values(kindOf(said, 'class').probabilities) }),
  },
  scores: {
    asked: short.slice(0, 5).map((text) => [text, 'the dog']),
    numbers: (output, said) => ({ plain: output, ours: Object.values(kindOf(said, 'values').values) }),
  },
  tags: {
    asked: short.slice(0, 5).map((text) => [text]),
    numbers: (output, said, text) => ({
      plain: firstTokens(text).map((token) => Math.max(...softmaxed(output.slice(token * TAGS, (token + 1) * TAGS)))),
      ours: kindOf(said, 'entities').words.map(({ probability }) => probability),
    }),
  },
  answers: {
    asked: short.slice(0, 5).map((text) => ['the dog', text]),
    numbers: (output, said) => {
      // Behind [CLS], two words and [SEP], before the last [SEP].
      const places = Array.from({ length: output.length / 2 - 5 }, (_, i) => i + 4);
      const pairs = places.flatMap((first) =>
        places.flatMap((last) => (last < first ? [] : [(output[2 * first] ?? 0) + (output[2 * last + 1] ?? 0)])),
      );
      const best = pairs.sort((a, b) => b - a).slice(0, 20);
      return { plain: [softmaxed(best)[0] ?? 0], ours: [kindOf(said, 'answer').probability] };
    },
  },
  masks: {
    asked: [['the [MASK] runs'], ['[MASK] a dog the'], ['cat runs [MASK]']],
    numbers: (output, said, text) => {
      const place = 1 + text.split(' ').indexOf('[MASK]');
      const best = softmaxed(output.slice(place * BERT_TOKENS, (place + 1) * BERT_TOKENS)).sort((a, b) => b - a);
      return { plain: best, ours: (kindOf(said, 'masks').masks[0]?.top ?? []).map(({ probability }) => probability) };
    },
  },
};

describe('a bundle', () => {
  it('of masked words is a base for classes and for more masked words', async () => {
    const bundle = join(at('masks-whole'), 'bundle');
    const { metrics } = await train({ spec: quickSpec(root, { ...tasks['classes'], base: bundle } as SpecInput), out: at('classes-after-masks') });
    expect(metrics['validation']?.['accuracy']?.value).toBeGreaterThan(0.8);
    await train({ spec: quickSpec(root, { ...tasks['masks'], base: bundle, training: { epochs: 1 } } as SpecInput), out: at('masks-again') });
    expect(stepsOf(at('masks-again'))[0]?.loss).toBeLessThan(stepsOf(at('masks-whole'))[0]?.loss ?? 0);
  });

  it('of classes is a base for other classes', async () => {
    const bundle = join(at('classes-whole'), 'bundle');
    const { metrics } = await train({ spec: quickSpec(root, { ...tasks['scores'], base: bundle } as SpecInput), out: at('scores-after-classes') });
    expect(metrics['validation']?.['r2']?.value).toBeGreaterThan(0.3);
  });

  it.each(Object.keys(tasks))('of %s says of its run what the run says', async (name) => {
    const { metrics } = await evaluate({ target: at(`${name}-whole`) });
    const record = JSON.parse(readFileSync(join(at(`${name}-whole`), 'run.json'), 'utf8')) as { metrics: { validation: typeof metrics } };
    for (const [key, { value }] of Object.entries(record.metrics.validation)) expect(metrics[key]?.value).toBeCloseTo(value, 5);
  });

  it.each(Object.entries(plainly))('of %s says the same in a program of onnxruntime and tokenizers alone', async (name, { asked, numbers }) => {
    const bundle = join(at(`${name}-whole`), 'bundle');
    const program = fileURLToPath(new URL('./plain.mjs', import.meta.url));
    const outputs = JSON.parse(execFileSync(process.execPath, [program, bundle, JSON.stringify(asked)], { encoding: 'utf8' })) as number[][];
    const loaded = await loadBundle(bundle);
    const said = await loaded.predict(asked.map(([text, pair]) => (pair === undefined ? text : { text, pair })));
    await loaded.close();
    for (const [i, row] of outputs.entries()) {
      const { plain, ours } = numbers(row, said[i] as Prediction, asked[i]?.[0] ?? '');
      expect(ours.length).toBeGreaterThan(0);
      // Here texts are padded to one length, which leaves rounding errors.
      for (const [k, value] of ours.entries()) expect(Math.abs(value - (plain[k] ?? Number.NaN))).toBeLessThan(1e-5);
    }
  });
});
