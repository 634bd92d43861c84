import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SpecInput } from '../../src/app/spec/index.js';
import { openSession, type Session } from '../../src/app/workflow/session.node.js';
import { SkipLog } from '../../src/learning/data/index.js';
import { writeTextBase } from './text-base.js';
import { quickSpec, topicTexts, writeConll, writeRows, writeSquad } from './text-runs.js';

/** A model of transformers as it is, and raw data that it is trained on. */
interface ParityCase {
  readonly family: string;
  readonly task: SpecInput['task'];
  readonly data: string;
}

export const parityCases: Readonly<Record<string, ParityCase>> = {
  BertForSequenceClassification: { family: 'bert', task: 'text-classification', data: 'classes.jsonl' },
  BertForTokenClassification: { family: 'bert', task: 'token-classification', data: 'tags.conll' },
  BertForQuestionAnswering: { family: 'bert', task: 'question-answering', data: 'answers.json' },
  BertForMaskedLM: { family: 'bert', task: 'masked-language-modelling', data: 'texts.txt' },
  GPT2LMHeadModel: { family: 'gpt2', task: 'causal-language-modelling', data: 'texts.txt' },
};

/** Writes the bases and the data of all cases, each base in a folder by the name of its class. */
export async function writeParityFiles(folder: string): Promise<void> {
  const texts = topicTexts(80, 5);
  mkdirSync(folder, { recursive: true });
  writeRows(
    join(folder, 'classes.jsonl'),
    texts.map(({ text, topic }) => ({ text, label: topic })),
  );
  writeConll(join(folder, 'tags.conll'), texts);
  writeSquad(join(folder, 'answers.json'), texts);
  writeRows(
    join(folder, 'texts.txt'),
    texts.map(({ text }) => text),
  );
  for (const [name, { family }] of Object.entries(parityCases)) await writeTextBase(join(folder, name), family, name);
}

/** A session that trains a case in the order of its data: 20 steps of 4 texts. */
export function paritySession(folder: string, name: string): Promise<Session> {
  const { task, data } = parityCases[name] as ParityCase;
  const optimizer = { name: 'adamw', lr: 1e-3, weightDecay: 0 };
  const training = { batchSize: 4, epochs: 1, shuffle: false, schedule: 'constant', optimizer };
  const spec = quickSpec(folder, { task, base: `./${name}`, data: { train: `./${data}` }, head: 'keep', training } as SpecInput);
  return openSession(spec, join(folder, 'scratch'));
}

/** The masked texts of the first epoch, which follow from Regraft's own random numbers, as transformers takes them. */
export async function writeMasks(folder: string): Promise<void> {
  const session = await paritySession(folder, 'BertForMaskedLM');
  const { inputs, train, seed, batchSize } = session.learner.spec;
  const items = await inputs.open(train, 'train', new SkipLog(train.size));
  const order = { epoch: 0, shuffle: false, seed, start: 0, batchSize };
  const batches: object[] = [];
  const plain = (tensor: { readonly data: ArrayLike<unknown>; readonly dims: readonly number[] } | undefined) => ({
    dims: tensor?.dims,
    values: Array.from(tensor?.data ?? [], Number),
  });
  for await (const { inputs: read, target } of items.read(items.plan(order), order)) {
    batches.push({ ids: plain(read['input_ids']), mask: plain(read['attention_mask']), labels: plain(target) });
  }
  await session.close();
  writeFileSync(join(folder, 'masks.json'), JSON.stringify(batches));
}
