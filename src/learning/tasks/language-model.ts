import type { TextTokenizer } from '../data/index.js';
import { softmax } from './classification.js';
import type { MaskPrediction } from './prediction.js';
import type { Measure, Predictions, Summary, Task } from './task.js';
import { IGNORED, type TextReading } from './text/reading.js';

/** What is counted of each text: the sum of −log p over the tokens asked for, how many these are, and how many are the most probable one. */
const COUNTS = 3;
/** Words named for each place. */
const TOP = 5;

/** The counts of each text `[N, 3]`, so that logits over a whole vocabulary never leave the device. */
const summary: Summary = (b, { output, target }) => {
  const [n = 0, t = 0, classes = 0] = output.dims;
  const flat = b.reshape(target, [n * t]);
  const losses = b.op('SoftmaxCrossEntropyLoss', [b.reshape(output, [n * t, classes]), flat], { ignore_index: IGNORED, reduction: 'none' });
  const counted = b.cast(b.op('Not', [b.equal(flat, IGNORED)]), output.type);
  const best = b.reshape(b.op('ArgMax', [output], { axis: -1, keepdims: 0 }), [n * t]);
  const right = b.mul(b.cast(b.equal(best, flat), output.type), counted);
  const column = (value: typeof losses): typeof losses => b.reshape(b.reduceSum(b.reshape(value, [n, t]), [1], false), [n, 1]);
  return b.op('Concat', [column(losses), column(counted), column(right)], { axis: 1 });
};

/** Mean −log p a token (`loss`), its exponential (`perplexity`), and how often the most probable token is the right one (`tokenAccuracy`). */
function measure({ outputs }: Predictions): Measure {
  return (drawn) => {
    const sums = new Float64Array(COUNTS);
    for (const text of drawn) for (let i = 0; i < COUNTS; i++) sums[i] = (sums[i] as number) + (outputs[text * COUNTS + i] as number);
    const [losses = 0, tokens = 0, right = 0] = sums;
    const loss = losses / Math.max(1, tokens);
    return { perplexity: Math.exp(loss), loss, tokenAccuracy: right / Math.max(1, tokens) };
  };
}

/** The counts of a text that is read in windows: those of its windows together. */
export const summed: NonNullable<TextReading['score']> = (_, answers) => {
  const sums = new Float32Array(COUNTS);
  for (const { row } of answers)
    row.forEach((value, i) => {
      sums[i] = (sums[i] as number) + value;
    });
  return sums;
};

/**
 * What is kept of the scores of a text's tokens: token and probability of the most probable tokens at each place, one place after the other; counts,
 * while evaluating, as they are.
 */
export function bestTokens(output: Float32Array, tokens: number, places: readonly number[]): Float32Array {
  if (output.length === COUNTS) return output;
  const width = output.length / tokens;
  return Float32Array.from(
    places.flatMap((place) => {
      const probabilities = softmax(output.subarray(place * width, (place + 1) * width));
      const best = [...probabilities.keys()].sort((a, b) => (probabilities[b] as number) - (probabilities[a] as number)).slice(0, TOP);
      return best.flatMap((id) => [id, probabilities[id] as number]);
    }),
  );
}

/** The words of {@link bestTokens}, place by place. */
export async function wordsOf(row: Float32Array, tokenizer: TextTokenizer): Promise<MaskPrediction[]> {
  const width = 2 * Math.min(TOP, tokenizer.largestId + 1);
  const found: MaskPrediction[] = [];
  for (let place = 0; place < row.length; place += width) {
    const top: MaskPrediction['top'][number][] = [];
    for (let at = place; at < place + width; at += 2) {
      top.push({ label: trimmed(await tokenizer.decode([row[at] as number])), probability: row[at + 1] as number });
    }
    found.push({ top });
  }
  return found;
}

/** Without the blanks around a word; a token may be nothing else. */
function trimmed(text: string): string {
  return text.trim() || text;
}

/** What models of words share: no labels, the text itself is to be said. */
export const languageModel = {
  content: 'text',
  target: 'none',
  targetType: 'int64',
  targetDims: ([tokens = 0]) => [tokens],
  defaultLoss: { name: 'cross-entropy', labelSmoothing: 0 },
  primary: { metric: 'perplexity', better: 'lower' },
  summary,
  measure,
  decode: (row, names) => ({ kind: 'values', values: Object.fromEntries(Array.from(row, (value, i) => [names[i] ?? String(i), value])) }),
} as const satisfies Omit<Task, 'name'>;
