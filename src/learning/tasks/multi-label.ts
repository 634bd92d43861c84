import { averagePrecision, timesDrawn } from './average-precision.js';
import type { Prediction } from './prediction.js';
import type { Measure, Predictions, Task } from './task.js';

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

interface Counts {
  readonly right: Float64Array;
  readonly predicted: Float64Array;
  readonly actual: Float64Array;
}

/** A label is predicted where its probability is above one half. */
const THRESHOLD = 0.5;

/**
 * F1 over all labels of all samples (`microF1`), the unweighted mean of the labels' F1 (`macroF1`) and of their average precision
 * (`meanAveragePrecision`), share of samples with exactly the right labels (`exactMatch`), and mean binary cross-entropy (`loss`). As scikit-learn
 * defines them, a label left out of the F1 that neither occurs nor is predicted, and of the precision that does not occur.
 */
function measure(predictions: Predictions): Measure {
  const { outputs, width, targets } = predictions;
  const precisions = precisionsOf(predictions);
  return (drawn) => {
    const times = timesDrawn(drawn, outputs.length / width);
    const counts: Counts = { right: new Float64Array(width), predicted: new Float64Array(width), actual: new Float64Array(width) };
    let exact = 0;
    let loss = 0;
    for (const row of drawn) {
      let isExact = true;
      for (let label = 0; label < width; label++) {
        const logit = outputs[row * width + label] as number;
        const actual = (targets[row * width + label] as number) > THRESHOLD;
        const predicted = logit > 0;
        loss += Math.max(logit, 0) - (actual ? logit : 0) + Math.log1p(Math.exp(-Math.abs(logit)));
        count(counts, label, predicted, actual);
        isExact &&= predicted === actual;
      }
      exact += Number(isExact);
    }
    return {
      microF1: microF1(counts),
      macroF1: macroF1(counts),
      meanAveragePrecision: mean(precisions.flatMap((precision) => precision(times) ?? [])),
      exactMatch: exact / drawn.length,
      loss: loss / (drawn.length * width),
    };
  };
}

function count({ right, predicted, actual }: Counts, label: number, isPredicted: boolean, isActual: boolean): void {
  if (isPredicted) predicted[label] = (predicted[label] as number) + 1;
  if (isActual) actual[label] = (actual[label] as number) + 1;
  if (isPredicted && isActual) right[label] = (right[label] as number) + 1;
}

function microF1({ right, predicted, actual }: Counts): number {
  const total = (values: Float64Array): number => values.reduce((a, b) => a + b, 0);
  return (2 * total(right)) / Math.max(1, total(predicted) + total(actual));
}

function macroF1({ right, predicted, actual }: Counts): number {
  const occurring = [...actual.keys()].filter((label) => (predicted[label] as number) + (actual[label] as number) > 0);
  return mean(occurring.map((label) => f1({ right, predicted, actual }, label)));
}

function f1({ right, predicted, actual }: Counts, label: number): number {
  return (2 * (right[label] as number)) / Math.max(1, (predicted[label] as number) + (actual[label] as number));
}

/** 0 where there is nothing. */
function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / Math.max(1, values.length);
}

/** The average precision of each label. */
function precisionsOf({ outputs, width, targets }: Predictions): readonly ReturnType<typeof averagePrecision>[] {
  const size = outputs.length / width;
  return Array.from({ length: width }, (_, label) => {
    const scores = Float32Array.from({ length: size }, (_sample, row) => outputs[row * width + label] as number);
    return averagePrecision(scores, (row) => (targets[row * width + label] as number) > THRESHOLD);
  });
}

/** Of each label: how many samples have it, its average precision, and its F1, precision and recall at the threshold; 0 where nothing is known. */
function perOutput(predictions: Predictions): readonly Readonly<Record<string, number>>[] {
  const { outputs, width, targets } = predictions;
  const size = outputs.length / width;
  const times = new Int32Array(size).fill(1);
  const counts: Counts = { right: new Float64Array(width), predicted: new Float64Array(width), actual: new Float64Array(width) };
  for (let i = 0; i < outputs.length; i++) count(counts, i % width, (outputs[i] as number) > 0, (targets[i] as number) > THRESHOLD);
  return precisionsOf(predictions).map((precision, label) => {
    const [right, predicted, actual] = [counts.right[label] as number, counts.predicted[label] as number, counts.actual[label] as number];
    return {
      samples: actual,
      averagePrecision: precision(times) ?? 0,
      f1: f1(counts, label),
      precision: right / Math.max(1, predicted),
      recall: right / Math.max(1, actual),
    };
  });
}

function decode(row: Float32Array, names: readonly string[]): Prediction {
  const probabilities = Object.fromEntries(Array.from(row, (logit, i) => [names[i] ?? String(i), sigmoid(logit)]));
  const labels = Object.keys(probabilities).filter((name) => (probabilities[name] as number) > THRESHOLD);
  return { kind: 'labels', labels, probabilities };
}

/** What tasks with any number of labels a sample share. */
export const multiLabel = {
  target: 'labels',
  targetType: 'float32',
  targetDims: (output) => output,
  defaultLoss: { name: 'bce' },
  primary: { metric: 'microF1', better: 'higher' },
  measure,
  perOutput,
  decode,
} as const satisfies Omit<Task, 'content' | 'name'>;
