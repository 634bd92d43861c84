import { freeBatch, prepareModel } from '../../src/bases/surgery/index.js';
import { rowInputs } from '../../src/learning/data/index.js';
import { taskOf } from '../../src/learning/tasks/index.js';
import { Learner, type LearnerSpec, memoryFeatures, type Phase } from '../../src/learning/training/index.js';
import { watchedDevice } from './device.js';
import { goldenInputs, goldenLabels, goldenModel, readGolden } from './golden.js';
import { tensorData } from './tensors.js';

/** A learner of a golden case's model and its 16 samples, in 4 batches. */
export function goldenLearner(name: string, changes: Partial<LearnerSpec> = {}): Learner {
  const golden = readGolden(name);
  return new Learner({
    device: watchedDevice().device,
    model: freeBatch(prepareModel(goldenModel(golden))).model,
    head: [],
    inputs: rowInputs(Object.fromEntries(golden.inputs.map(({ name: input, dims }) => [input, dims.slice(1)]))),
    task: taskOf('tensor-classification'),
    loss: { name: 'cross-entropy', labelSmoothing: 0 },
    train: goldenData(name),
    batchSize: 4,
    accumulate: 1,
    shuffle: true,
    clip: {},
    seed: 5,
    features: memoryFeatures(1e9),
    maxSkippedShare: 0,
    ...changes,
  });
}

/** The samples of a golden case. */
export function goldenData(name: string): LearnerSpec['train'] {
  const golden = readGolden(name);
  return tensorData(goldenInputs(golden), goldenLabels(golden), 10);
}

/** A phase that trains everything, three epochs long. */
export const wholePhase: Phase = {
  name: 'full',
  freeze: { kind: 'none' },
  groups: [],
  length: { epochs: 3 },
  optimizer: { name: 'adamw', lr: 0.01, betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0.01 },
  schedule: { name: 'constant', warmup: 0 },
  batchNorm: 'eval',
  augment: true,
};
