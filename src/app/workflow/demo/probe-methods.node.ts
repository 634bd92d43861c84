import { type Tensor, toNumbers } from '../../../core/index.js';
import type { Device } from '../../../engine/runtime/index.node.js';
import { allIndices, collateLabels, countClasses, type Dataset, folds, subset } from '../../../learning/data/index.js';
import { createLoss, type Predictions, tasks } from '../../../learning/tasks/index.js';
import { fitProbe, type Probe } from '../../../learning/training/index.node.js';
import { wilsonInterval } from '../../../trust/evaluation/index.js';
import type { DemoData, DemoSplit } from './data.node.js';
import { type FeatureSets, rowsOf } from './features.node.js';
import type { DemoResult } from './result.js';

const FOLDS = 5;

/** Always the class that is most common among the held-out images: what no knowledge at all can reach. */
export function majority({ own, foreign }: DemoData, { seed, heldOut, shifted }: DemoSplit): DemoResult {
  const share = (dataset: Dataset, indices: readonly number[]) => {
    const most = Math.max(...countClasses(dataset, indices));
    return { accuracy: most / indices.length, interval: wilsonInterval(most, indices.length) };
  };
  return { method: 'majority class', seed, ...share(own, heldOut), shifted: share(foreign, shifted), seconds: 0 };
}

/** Logistic regression on one set of fixed features. */
export async function probeMethod(
  method: string,
  set: keyof FeatureSets,
  device: Device,
  data: DemoData,
  features: { readonly own: FeatureSets; readonly foreign: FeatureSets },
  { seed, labelled, heldOut, shifted }: DemoSplit,
): Promise<DemoResult> {
  const began = performance.now();
  const train = subset(data.own, labelled);
  const target = collateLabels(
    train.target,
    allIndices(train).map((index) => train.sample(index)),
  );
  const probe = await fitProbe(
    device,
    { features: rowsOf(features.own[set], labelled), target, targetType: 'int64', outputs: data.names.length },
    { loss: createLoss({ name: 'cross-entropy', labelSmoothing: 0 }), folds: folds(train, { folds: FOLDS, seed }) },
  );
  const seconds = (performance.now() - began) / 1000;
  const score = (dataset: Dataset, all: Tensor, rows: readonly number[]) => accuracyOf(predict(probe, rowsOf(all, rows), labelsOf(dataset, rows)));
  return { method, seed, ...score(data.own, features.own[set], heldOut), shifted: score(data.foreign, features.foreign[set], shifted), seconds };
}

function labelsOf(dataset: Dataset, rows: readonly number[]): Float64Array {
  return Float64Array.from(rows, (index) => dataset.sample(index).label as number);
}

function predict({ weight, bias }: Probe, features: Tensor, targets: Float64Array): Predictions {
  const [outputs = 0, width = 0] = weight.dims;
  const [w, b, x] = [weight.data as Float32Array, toNumbers(bias), features.data as Float32Array];
  const scores = new Float32Array(targets.length * outputs);
  for (let row = 0; row < targets.length; row++) {
    for (let label = 0; label < outputs; label++) {
      let sum = b[label] as number;
      for (let i = 0; i < width; i++) sum += (w[label * width + i] as number) * (x[row * width + i] as number);
      scores[row * outputs + label] = sum;
    }
  }
  return { outputs: scores, width: outputs, targets };
}

/** Share of right predictions with its interval. */
export function accuracyOf(predictions: Predictions): Pick<DemoResult, 'accuracy' | 'interval'> {
  const count = predictions.targets.length;
  const measured = tasks['image-classification'].measure(predictions)(Int32Array.from({ length: count }, (_, i) => i));
  const accuracy = measured['accuracy'] as number;
  return { accuracy, interval: wilsonInterval(Math.round(accuracy * count), count) };
}
