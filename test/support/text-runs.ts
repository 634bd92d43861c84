import { writeFileSync } from 'node:fs';
import { type RunSpec, resolveSpec, type SpecInput } from '../../src/app/spec/index.js';
import { Random } from '../../src/core/index.js';

/** Words that the small bases know, and what they are about. */
const TOPICS = { pets: ['cat', 'dog'], trade: ['bank', 'money'] } as const;
export type Topic = keyof typeof TOPICS;
const TOPIC_NAMES = Object.keys(TOPICS) as Topic[];

export interface TopicText {
  readonly text: string;
  readonly topic: Topic;
}

/** Texts of 2 to 15 words, each about one topic. */
export function topicTexts(count: number, seed = 1): TopicText[] {
  const random = new Random(seed, 'texts');
  const one = <T>(list: readonly T[]): T => list[Math.floor(random.uniform() * list.length)] as T;
  return Array.from({ length: count }, (_, i) => {
    const topic = TOPIC_NAMES[i % 2] as Topic;
    const length = 1 + Math.floor(random.uniform() * 14);
    const words = Array.from({ length }, () => one(['the', 'runs', 'a', 'to', ...TOPICS[topic]]));
    return { topic, text: [...words, one(TOPICS[topic])].join(' ') };
  });
}

/** Whose tags the words of topics have. */
function tagsOf(text: string): string[] {
  const tagOf = (word: string): string => {
    const topic = TOPIC_NAMES.find((name) => (TOPICS[name] as readonly string[]).includes(word));
    return topic === undefined ? 'O' : `B-${topic}`;
  };
  return text.split(' ').map(tagOf);
}

/** Words in an order that can be learnt, begun anywhere. */
export function rounds(count: number): string[] {
  const words = ['the', 'cat', 'runs', 'a', 'dog'];
  return Array.from({ length: count }, (_, i) => Array.from({ length: 4 + (i % 12) }, (__, j) => words[(i + j) % words.length]).join(' '));
}

/** One row a line, as JSON unless it is a text. */
export function writeRows(path: string, rows: readonly unknown[]): string {
  writeFileSync(path, rows.map((row) => `${typeof row === 'string' ? row : JSON.stringify(row)}\n`).join(''));
  return path;
}

/** Questions whose answer is the last word, as SQuAD's files hold them. */
export function writeSquad(path: string, rows: readonly TopicText[]): string {
  const paragraphs = rows.map(({ text }, i) => {
    const answer = { text: text.split(' ').at(-1), answer_start: text.lastIndexOf(' ') + 1 };
    return { context: text, qas: [{ id: String(i), question: 'the last', answers: [answer] }] };
  });
  writeFileSync(path, JSON.stringify({ data: [{ title: 'topics', paragraphs }] }));
  return path;
}

/** A word and its tag a line. */
export function writeConll(path: string, rows: readonly TopicText[]): string {
  const sentences = rows.map(({ text }) => {
    const tags = tagsOf(text);
    return text.split(' ').map((word, i) => `${word} ${tags[i]}`);
  });
  return writeRows(
    path,
    sentences.flatMap((words) => [...words, '']),
  );
}

/** A spec that trains quickly, with paths in `folder`. */
export function quickSpec(folder: string, { training, ...spec }: SpecInput): RunSpec {
  const settings = { batchSize: 8, epochs: 4, optimizer: { name: 'adamw', lr: 0.005 }, schedule: 'constant' };
  return resolveSpec({ recipe: 'full', ...spec, training: { ...settings, ...training } } as SpecInput, { specDir: folder });
}
