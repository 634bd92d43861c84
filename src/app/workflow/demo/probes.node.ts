import { type Tensor, toNumbers } from '../../../core/index.js';
import { allIndices, collateLabels, type Dataset, folds, subset } from '../../../learning/data/index.js';
import { createLoss } from '../../../learning/tasks/index.js';
import { fitProbe, type Probe } from '../../../learning/training/index.node.js';
import { type FeatureSets, rowsOf } from './features.node.js';
import type { MethodName } from './methods.js';
import { hitsOf } from './share.js';
import { type Runner, runOf, type Trial } from './trial.js';

/** Folds of the cross-validation that chooses how strongly a probe is regularised. */
const FOLDS = 5;

/** Logistic regression on one set of fixed features. */
export function probe(method: MethodName, set: keyof FeatureSets): Runner {
  return async (trial) => {
    const began = performance.now();
    const { data, features, split } = trial;
    const fitted = await fitOn(trial, set, split.labelled);
    const seconds = (performance.now() - began) / 1000;
    return runOf(method, split.seed, seconds, {
      own: hitsOn(fitted, data.own, features.own[set], split.heldOut),
      shifted: hitsOn(fitted, data.foreign, features.foreign[set], split.shifted),
    });
  };
}

/** Accuracy on the held-out images of a probe that was given only some of the labelled ones. */
export async function accuracyWith(trial: Trial, set: keyof FeatureSets, labelled: readonly number[]): Promise<number> {
  const { data, features, split } = trial;
  const hits = hitsOn(await fitOn(trial, set, labelled), data.own, features.own[set], split.heldOut);
  return hits.filter(Boolean).length / hits.length;
}

function fitOn({ data, features, split, device }: Trial, set: keyof FeatureSets, labelled: readonly number[]): Promise<Probe> {
  const train = subset(data.own, labelled);
  const samples = allIndices(train).map((index) => train.sample(index));
  return fitProbe(
    device,
    {
      features: rowsOf(features.own[set], labelled),
      target: collateLabels(train.target, samples),
      targetType: 'int64',
      outputs: data.names.length,
    },
    { loss: createLoss({ name: 'cross-entropy', labelSmoothing: 0 }), folds: folds(train, { folds: FOLDS, seed: split.seed }) },
  );
}

function hitsOn(fitted: Probe, dataset: Dataset, features: Tensor, indices: readonly number[]): boolean[] {
  const targets = Float64Array.from(indices, (index) => dataset.sample(index).label as number);
  const width = fitted.weight.dims[0] as number;
  return hitsOf({ outputs: scores(fitted, rowsOf(features, indices)), width, targets });
}

/** `[N, outputs]`, row-major. */
function scores({ weight, bias }: Probe, features: Tensor): Float32Array {
  const [outputs = 0, width = 0] = weight.dims;
  const [w, b, x] = [weight.data as Float32Array, toNumbers(bias), features.data as Float32Array];
  const result = new Float32Array((features.dims[0] as number) * outputs);
  for (let i = 0; i < result.length; i++) {
    const [row, label] = [Math.floor(i / outputs), i % outputs];
    let sum = b[label] as number;
    for (let k = 0; k < width; k++) sum += (w[label * width + k] as number) * (x[row * width + k] as number);
    result[i] = sum;
  }
  return result;
}
