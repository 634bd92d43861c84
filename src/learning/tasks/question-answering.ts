import { RegraftError } from '../../core/index.js';
import { type Answer, type Encoding, NO_ANSWER, type TextContent } from '../data/index.js';
import { softmax } from './classification.js';
import type { Prediction } from './prediction.js';
import { scoreAnswer } from './squad.js';
import type { Measure, Predictions, Task } from './task.js';
import { encodedText, readable } from './text/encode-texts.js';
import type { EncodeContext, EncodedText, TextReading, TextSample } from './text/reading.js';

/** Beginnings and ends that are looked at in each window, and the most tokens of an answer, as in transformers' example. */
const CANDIDATES = 20;
const LONGEST = 30;

/** Question and context in windows over the context. @returns what is wrong with the sample, if anything */
async function windowsOf({ text, pair }: TextContent, { tokenizer, maxLength, stride }: EncodeContext): Promise<readonly Encoding[] | RegraftError> {
  if (!tokenizer.hasOffsets) throw new RegraftError('TOKENIZER_NO_OFFSETS', { task: 'question-answering' });
  if (pair === undefined) return new RegraftError('TEXT_NO_PAIR', {});
  const question = await tokenizer.encode(text);
  const wrong = readable(question, [text, pair], tokenizer);
  if (wrong) return wrong;
  const room = maxLength - question.ids.length - SPARE;
  if (room <= stride) return new RegraftError('TEXT_QUESTION', { tokens: question.ids.length, limit: maxLength });
  return tokenizer.encodeWindows([text, pair], { maxLength, stride });
}
/** Special tokens around the context. */
const SPARE = 2;

/** The tokens of an answer in a window; the first token, which stands for no answer, where the window does not hold all of it. */
function positionsOf({ offsets = [], sequenceIds }: Encoding, answer: Answer | undefined): Int32Array {
  if (answer === undefined) return Int32Array.of(0, 0);
  // Blanks around an answer belong to no token.
  const start = answer.start + answer.text.length - answer.text.trimStart().length;
  const end = answer.start + answer.text.trimEnd().length;
  const context = offsets.filter((_, token) => sequenceIds[token] === 1);
  const isWhole = (context[0]?.[0] ?? Number.POSITIVE_INFINITY) <= start && (context.at(-1)?.[1] ?? 0) >= end;
  const tokens = offsets.flatMap(([from, to], token) => (sequenceIds[token] === 1 && to > start && from < end ? [token] : []));
  return isWhole ? Int32Array.of(tokens[0] ?? 0, tokens.at(-1) ?? 0) : Int32Array.of(0, 0);
}

async function encodeOne({ content, label }: TextSample, context: EncodeContext): Promise<EncodedText[] | RegraftError> {
  const windows = await windowsOf(content, context);
  if (windows instanceof RegraftError) return windows;
  const [answer] = (label ?? []) as readonly Answer[];
  return windows.map((encoding) => ({ ...encodedText(encoding), target: positionsOf(encoding, answer) }));
}

interface Candidate {
  readonly start: number;
  readonly end: number;
  /** Sum of the two logits. */
  readonly score: number;
}

/** The best answers of all windows, and the score of there being none: that of the window that says so least. */
function candidatesOf(windows: readonly Encoding[], rows: readonly Float32Array[]): { readonly best: readonly Candidate[]; readonly none: number } {
  const found = windows.flatMap((encoding, i) => inWindow(encoding, rows[i] as Float32Array));
  const none = Math.min(...rows.map(([start = 0, end = 0]) => start + end));
  return { best: found.sort((a, b) => b.score - a.score).slice(0, CANDIDATES), none };
}

/** @param logits of beginning and end, `[T, 2]` */
function inWindow({ offsets = [], sequenceIds }: Encoding, logits: Float32Array): Candidate[] {
  const places = [...sequenceIds.keys()].filter((token) => sequenceIds[token] === 1);
  const at = (token: number, which: 0 | 1): number => logits[2 * token + which] as number;
  const top = (which: 0 | 1): number[] => places.toSorted((a, b) => at(b, which) - at(a, which)).slice(0, CANDIDATES);
  const ends = top(1);
  return top(0).flatMap((first) =>
    ends.flatMap((last) => {
      if (last < first || last - first >= LONGEST) return [];
      return [{ start: offsets[first]?.[0] ?? 0, end: offsets[last]?.[1] ?? 0, score: at(first, 0) + at(last, 1) }];
    }),
  );
}

/** @throws what is wrong with the sample */
async function answerOf(
  content: TextContent,
  rows: readonly Float32Array[],
  context: EncodeContext,
): Promise<Extract<Prediction, { kind: 'answer' }>> {
  const windows = await windowsOf(content, context);
  if (windows instanceof RegraftError) throw windows;
  const { best, none } = candidatesOf(windows, rows);
  const mayBeNone = context.names.includes(NO_ANSWER);
  const probabilities = softmax(Float32Array.from([...best.map(({ score }) => score), ...(mayBeNone ? [none] : [])]));
  const [first] = best;
  if (first === undefined || (mayBeNone && none > first.score)) {
    return { kind: 'answer', answer: '', start: 0, end: 0, probability: probabilities.at(-1) ?? 0 };
  }
  const { start, end } = first;
  return { kind: 'answer', answer: (content.pair ?? '').slice(start, end), start, end, probability: probabilities[0] as number };
}

const reading: TextReading = {
  unit: 'token',
  outputs: 2,
  targetLength: () => 2,
  encode: (samples, context) => Promise.all(samples.map((sample) => encodeOne(sample, context))),
  score: async ({ content, label }, answers, context) => {
    const { answer } = await answerOf(
      content,
      answers.map(({ row }) => row),
      context,
    );
    const { exact, f1 } = scoreAnswer(
      answer,
      ((label ?? []) as readonly Answer[]).map(({ text }) => text),
    );
    return Float32Array.of(exact, f1);
  },
  interpret: answerOf,
};

/** Share of the answers that are exactly right, and mean overlap of words, as SQuAD's evaluation computes them; 0 to 1. */
function measure({ outputs }: Predictions): Measure {
  return (drawn) => {
    let [exact, f1] = [0, 0];
    for (const sample of drawn) {
      exact += outputs[2 * sample] as number;
      f1 += outputs[2 * sample + 1] as number;
    }
    return { f1: f1 / drawn.length, exactMatch: exact / drawn.length };
  };
}

/** Which words of a context answer a question. */
export const questionAnswering: Task = {
  name: 'question-answering',
  content: 'text',
  target: 'answers',
  targetType: 'int64',
  targetDims: () => [2],
  defaultLoss: { name: 'span' },
  primary: { metric: 'f1', better: 'higher' },
  measure,
  decode: (row, names) => ({ kind: 'values', values: Object.fromEntries(Array.from(row, (value, i) => [names[i] ?? String(i), value])) }),
  text: reading,
};
