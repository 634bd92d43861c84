import { writeFileSync } from 'node:fs';
import { RegraftError } from '../../src/core/index.js';

const LETTERS = ['a', 'b', 'c', 'd', 'e', 'f'];
const FILLERS = ['the cat', 'the dog runs', 'bank', 'money the', 'cat', 'the bank runs the dog'];

/** Questions on six topics, each with each of six fillers: a letter says the topic. */
export function questions(): { readonly text: string; readonly topic: number }[] {
  return FILLERS.flatMap((filler) => LETTERS.map((letter, topic) => ({ text: `${letter} ${letter} ${filler}`, topic })));
}

/** The answer to a question on a topic, by its number: it has no word in common with a question. */
export function answerOf(topic: number): string {
  return `${topic % LETTERS.length} -`;
}

/** Writes a file of JSON lines. */
export function writeRows(path: string, rows: readonly Readonly<Record<string, unknown>>[]): void {
  writeFileSync(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
}

/** The code of the error that something ended with, or of that error's cause. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.catch((thrown: unknown) => thrown);
  if (!(error instanceof RegraftError)) throw error;
  return error.cause instanceof RegraftError ? error.cause.code : error.code;
}
