import type { Prediction } from './prediction.js';
import type { Measure, Predictions, Task } from './task.js';

/** Softmax of a row of logits. */
export function softmax(row: Float32Array): Float64Array {
  const largest = row.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const exponentials = Float64Array.from(row, (logit) => Math.exp(logit - largest));
  const sum = exponentials.reduce((a, b) => a + b, 0);
  return exponentials.map((value) => value / sum);
}

export function argMax(row: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < row.length; i++) if ((row[i] as number) > (row[best] as number)) best = i;
  return best;
}

/** Share of correct predictions, unweighted mean of the classes' F1, and mean negative log-likelihood (`loss`). */
function measure({ outputs, width, targets }: Predictions): Measure {
  const guesses = new Int32Array(targets.length);
  const likelihoods = new Float64Array(targets.length);
  targets.forEach((target, i) => {
    const probabilities = softmax(outputs.subarray(i * width, (i + 1) * width));
    guesses[i] = argMax(probabilities);
    likelihoods[i] = -Math.log(Math.max(probabilities[target] as number, Number.MIN_VALUE));
  });
  return (drawn) => {
    const counts = { right: new Float64Array(width), predicted: new Float64Array(width), actual: new Float64Array(width) };
    let likelihood = 0;
    for (const i of drawn) {
      const [guess, target] = [guesses[i] as number, targets[i] as number];
      increment(counts.predicted, guess);
      increment(counts.actual, target);
      if (guess === target) increment(counts.right, guess);
      likelihood += likelihoods[i] as number;
    }
    return { accuracy: sum(counts.right) / drawn.length, macroF1: meanF1(counts), loss: likelihood / drawn.length };
  };
}

/** Over the classes that occur. */
function meanF1({ right, predicted, actual }: Readonly<Record<'right' | 'predicted' | 'actual', Float64Array>>): number {
  const present = [...actual.keys()].filter((label) => (actual[label] as number) > 0);
  return sum(present.map((label) => (2 * (right[label] as number)) / ((predicted[label] as number) + (actual[label] as number)))) / present.length;
}

function increment(counts: Float64Array, index: number): void {
  counts[index] = (counts[index] as number) + 1;
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

/** The most probable class, and all of them. */
export function classPrediction(probabilities: ArrayLike<number>, names: readonly string[]): Prediction {
  const best = argMax(probabilities);
  return {
    kind: 'class',
    label: names[best] ?? String(best),
    probability: probabilities[best] as number,
    probabilities: Object.fromEntries(Array.from(probabilities, (value, i) => [names[i] ?? String(i), value])),
  };
}

function decode(row: Float32Array, names: readonly string[]): Prediction {
  return classPrediction(softmax(row), names);
}

/** What image and tensor classification share. */
export const classification = {
  target: 'classes',
  targetType: 'int64',
  targetDims: () => [],
  defaultLoss: { name: 'cross-entropy', labelSmoothing: 0 },
  primary: { metric: 'accuracy', better: 'higher' },
  measure,
  decode,
} as const satisfies Omit<Task, 'content' | 'name'>;
