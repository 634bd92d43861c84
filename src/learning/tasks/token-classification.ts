import { RegraftError } from '../../core/index.js';
import { type Encoding, type Span, segmentWords, type TextContent } from '../data/index.js';
import { argMax } from './classification.js';
import { entitiesOf } from './tags.js';
import type { Measure, Predictions, Task } from './task.js';
import { encodedText, readable } from './text/encode-texts.js';
import { type EncodeContext, type EncodedText, IGNORED, type TextReading, type TextSample } from './text/reading.js';

/** An item of a text and, for each word that it answers for, the position of the word's first token. */
interface Tagged {
  readonly item: EncodedText;
  readonly tokens: ReadonlyMap<number, number>;
}

function wordsOf({ text, words }: TextContent): readonly Span[] {
  return words ?? segmentWords(text);
}

/**
 * A text in windows where it is long. Each word is answered for by its first token, in the first window that holds it (Devlin et al., BERT,
 * arXiv 1810.04805); a word that the tokenizer makes nothing of has no answer.
 * @throws TOKENIZER_NO_OFFSETS
 */
async function windowsOf(content: TextContent, { tokenizer, maxLength, stride }: EncodeContext): Promise<Tagged[] | RegraftError> {
  if (!tokenizer.hasOffsets) throw new RegraftError('TOKENIZER_NO_OFFSETS', { task: 'token-classification' });
  const whole = await tokenizer.encode(content.text);
  const wrong = readable(whole, content.text, tokenizer);
  if (wrong) return wrong;
  const encodings = whole.ids.length <= maxLength ? [whole] : await tokenizer.encodeWindows(content.text, { maxLength, stride });
  const words = wordsOf(content);
  const answered = new Set<number>();
  return encodings.map((encoding) => {
    const tokens = new Map([...firstTokens(encoding, words)].filter(([word]) => !answered.has(word)));
    for (const word of tokens.keys()) answered.add(word);
    return { item: encodedText(encoding), tokens };
  });
}

/** The first token of each word, by offsets. */
function firstTokens({ offsets = [], sequenceIds }: Encoding, words: readonly Span[]): Map<number, number> {
  const found = new Map<number, number>();
  let word = 0;
  offsets.forEach(([start, end], token) => {
    if (sequenceIds[token] === null || end <= start) return;
    while (word < words.length && (words[word] as Span)[1] <= start) word++;
    const span = words[word];
    if (span && end > span[0] && !found.has(word)) found.set(word, token);
  });
  return found;
}

async function encodeOne({ content, label }: TextSample, context: EncodeContext): Promise<EncodedText[] | RegraftError> {
  const windows = await windowsOf(content, context);
  if (windows instanceof RegraftError) return windows;
  const tags = label as readonly number[] | undefined;
  const words = wordsOf(content);
  if (tags && tags.length !== words.length) return new RegraftError('TEXT_TAGS', { what: 'The text', tags: tags.length, words: words.length });
  return windows.map(({ item, tokens }) => {
    const target = new Int32Array(item.ids.length).fill(IGNORED);
    for (const [word, token] of tokens) target[token] = tags?.[word] ?? 0;
    return { ...item, target };
  });
}

/** What is counted of a text: words, words tagged right, entities found, entities there are, and found ones that are right; summed over texts. */
const COUNTS = 5;

const reading: TextReading = {
  unit: 'token',
  targetLength: (tokens) => tokens,
  encode: (samples, context) => Promise.all(samples.map((sample) => encodeOne(sample, context))),
  // The most probable tag of each token, and its probability.
  reduce: (output, { ids }) => {
    const width = output.length / ids.length;
    const kept = new Float32Array(2 * ids.length);
    for (let token = 0; token < ids.length; token++) {
      const row = output.subarray(token * width, (token + 1) * width);
      const best = argMax(row);
      kept[2 * token] = best;
      kept[2 * token + 1] = 1 / row.reduce((sum, logit) => sum + Math.exp(logit - (row[best] as number)), 0);
    }
    return kept;
  },
  score: (_, answers, { names }) => {
    const truth: string[] = [];
    const guess: string[] = [];
    for (const { item, row } of answers) {
      item.target?.forEach((target, token) => {
        if (target === IGNORED) return;
        truth.push(names[target] as string);
        guess.push(names[row[2 * token] as number] as string);
      });
    }
    return counts(truth, guess);
  },
  interpret: async (content, rows, context) => {
    const windows = await windowsOf(content, context);
    if (windows instanceof RegraftError) throw windows;
    const words = wordsOf(content);
    const tags = words.map(() => ({ tag: 'O', probability: 0 }));
    windows.forEach(({ tokens }, window) => {
      const row = rows[window] as Float32Array;
      for (const [word, token] of tokens)
        tags[word] = { tag: context.names[row[2 * token] as number] as string, probability: row[2 * token + 1] as number };
    });
    const textAt = ([start, end]: Span): string => content.text.slice(start, end);
    return {
      kind: 'entities',
      words: words.map((span, word) => ({ text: textAt(span), ...(tags[word] as (typeof tags)[number]) })),
      entities: entitiesOf(tags.map(({ tag }) => tag)).map(({ label, first, last }) => {
        const span = [(words[first] as Span)[0], (words[last] as Span)[1]] as const;
        return { label, start: span[0], end: span[1], text: textAt(span) };
      }),
    };
  },
};

function counts(truth: readonly string[], guess: readonly string[]): Float32Array {
  const [actual, found] = [entitiesOf(truth), entitiesOf(guess)];
  const keys = new Set(actual.map((entity) => JSON.stringify(entity)));
  const right = found.filter((entity) => keys.has(JSON.stringify(entity))).length;
  return Float32Array.of(truth.length, truth.filter((tag, i) => tag === guess[i]).length, found.length, actual.length, right);
}

/**
 * F1, precision and recall of whole entities over all texts, as seqeval computes them (micro average, default mode), and the share of words with the
 * right tag (`tagAccuracy`). Where tags are no entities but parts of speech, each word counts as an entity of its own.
 */
function measure({ outputs }: Predictions): Measure {
  return (drawn) => {
    const sums = new Float64Array(COUNTS);
    for (const text of drawn) for (let i = 0; i < COUNTS; i++) sums[i] = (sums[i] as number) + (outputs[text * COUNTS + i] as number);
    const [words = 0, right = 0, found = 0, actual = 0, rightEntities = 0] = sums;
    return {
      f1: (2 * rightEntities) / Math.max(1, found + actual),
      precision: rightEntities / Math.max(1, found),
      recall: rightEntities / Math.max(1, actual),
      tagAccuracy: right / Math.max(1, words),
    };
  };
}

/** One tag a word: named entities, clauses, parts of speech. */
export const tokenClassification: Task = {
  name: 'token-classification',
  content: 'text',
  target: 'tags',
  targetType: 'int64',
  targetDims: ([tokens = 0]) => [tokens],
  defaultLoss: { name: 'cross-entropy', labelSmoothing: 0 },
  primary: { metric: 'f1', better: 'higher' },
  measure,
  // Every text is interpreted with its words.
  decode: (row, names) => ({ kind: 'values', values: Object.fromEntries(Array.from(row, (value, i) => [names[i] ?? String(i), value])) }),
  text: reading,
};
