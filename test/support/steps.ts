import type { Tensor } from '../../src/core/index.js';
import type { Model } from '../../src/engine/graph/index.js';
import { rowInputs } from '../../src/learning/data/index.js';
import { taskOf } from '../../src/learning/tasks/index.js';
import { Learner, memoryFeatures, type Phase } from '../../src/learning/training/index.js';
import { watchedDevice } from './device.js';
import { tensorData } from './tensors.js';

interface Steps {
  readonly model: Model;
  /** Parameters of a new head. */
  readonly head?: readonly string[];
  /** The samples, all of which are one batch. */
  readonly inputs: Readonly<Record<string, Tensor>>;
  readonly labels: readonly number[];
  readonly classes: number;
  /** Most of the norm of the gradient. */
  readonly clip?: number;
  readonly count: number;
  readonly optimizer: Phase['optimizer'];
  /** What is trained, by name; every weight where it is left out. */
  readonly trained?: readonly string[];
}

/** The loss before each of some steps, which train weights by the cross-entropy of the first output; statistics of normalisation stay. */
export async function lossesOfSteps(steps: Steps): Promise<number[]> {
  const { learner, losses } = await takeSteps(steps);
  await learner.close();
  return losses;
}

/** The same, and who took them: its model has the trained weights. */
export async function takeSteps({
  model,
  head = [],
  inputs,
  labels,
  classes,
  clip,
  count,
  optimizer,
  trained,
}: Steps): Promise<{ learner: Learner; losses: number[] }> {
  const learner = new Learner({
    device: watchedDevice().device,
    model,
    head,
    inputs: rowInputs(Object.fromEntries(Object.entries(inputs).map(([name, { dims }]) => [name, dims.slice(1)]))),
    task: taskOf('tensor-classification'),
    loss: { name: 'cross-entropy', labelSmoothing: 0 },
    train: tensorData(inputs, labels, classes),
    batchSize: labels.length,
    accumulate: 1,
    shuffle: false,
    clip: clip === undefined ? {} : { norm: clip },
    seed: 0,
    features: memoryFeatures(1e9),
    maxSkippedShare: 0,
  });
  const losses: number[] = [];
  learner.events.on('step', ({ loss }) => losses.push(loss));
  await learner.run([{ ...phaseOf(count, optimizer), ...(trained && { freeze: allBut(trained) }) }]);
  return { learner, losses };
}

/** Gradient descent without momentum. */
export function descent(lr: number): Phase['optimizer'] {
  return { name: 'sgd', lr, momentum: 0, nesterov: false, weightDecay: 0 };
}

function allBut(names: readonly string[]): Phase['freeze'] {
  return { kind: 'match', pattern: `^(?!(?:${names.map((name) => name.replace(/[.]/g, '\\.')).join('|')})$)` };
}

function phaseOf(steps: number, optimizer: Phase['optimizer']): Phase {
  return {
    name: 'full',
    freeze: { kind: 'none' },
    groups: [],
    length: { steps },
    optimizer,
    schedule: { name: 'constant', warmup: 0 },
    batchNorm: 'eval',
    augment: false,
  };
}
