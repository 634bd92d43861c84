import type { Prediction, Predictions, Task } from './task.js';

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
function metrics({ outputs, width, targets }: Predictions): Record<string, number> {
  const truePositives = new Float64Array(width);
  const predicted = new Float64Array(width);
  const actual = new Float64Array(width);
  let likelihood = 0;
  targets.forEach((target, i) => {
    const row = outputs.subarray(i * width, (i + 1) * width);
    const guess = argMax(row);
    predicted[guess] = (predicted[guess] as number) + 1;
    actual[target] = (actual[target] as number) + 1;
    if (guess === target) truePositives[guess] = (truePositives[guess] as number) + 1;
    likelihood += -Math.log(Math.max(softmax(row)[target] as number, Number.MIN_VALUE));
  });
  const present = [...actual.keys()].filter((label) => (actual[label] as number) > 0);
  const f1 = present.map((label) => (2 * (truePositives[label] as number)) / ((predicted[label] as number) + (actual[label] as number)));
  return {
    accuracy: truePositives.reduce((a, b) => a + b, 0) / targets.length,
    macroF1: f1.reduce((a, b) => a + b, 0) / present.length,
    loss: likelihood / targets.length,
  };
}

function decode(row: Float32Array, names: readonly string[]): Prediction {
  const probabilities = softmax(row);
  const best = argMax(probabilities);
  return {
    kind: 'class',
    label: names[best] ?? String(best),
    probability: probabilities[best] as number,
    probabilities: Object.fromEntries(Array.from(probabilities, (value, i) => [names[i] ?? String(i), value])),
  };
}

/** What image and tensor classification share. */
export const classification = {
  target: 'classes',
  targetType: 'int64',
  defaultLoss: { name: 'cross-entropy', labelSmoothing: 0 },
  primary: { metric: 'accuracy', better: 'higher' },
  metrics,
  decode,
} as const satisfies Omit<Task, 'content'>;
