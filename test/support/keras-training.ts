import { readFileSync } from 'node:fs';
import type { Model } from '../../src/engine/graph/index.js';
import type { Device } from '../../src/engine/runtime/index.js';
import { Learner, memoryFeatures, type Phase } from '../../src/learning/training/index.js';
import { type ApplicationOutput, generatedImages, generatedModel, goldenArchitecture } from './keras-applications.js';
import { tensorData } from './tensors.js';

/** Steps of gradient descent that Keras took with an application, as bench/oracles/keras_training.py writes them. */
export interface TrainingCase extends Pick<ApplicationOutput, 'alpha' | 'gain' | 'input'> {
  readonly rate: number;
  /** Before each step. */
  readonly losses: readonly number[];
}

const file = new URL('../keras/training.json', import.meta.url);
const { labels, classes, cases } = JSON.parse(readFileSync(file, 'utf8')) as {
  readonly labels: readonly number[];
  readonly classes: number;
  readonly cases: Readonly<Record<string, TrainingCase>>;
};
export const trainingCases = cases;

/** The losses of the same steps on all weights, as a user would take them. */
export async function trainedLosses(name: string, golden: TrainingCase, device: Device): Promise<readonly number[]> {
  const { rate, input, gain } = golden;
  const model = withoutDropout(generatedModel(goldenArchitecture(name, input.size, classes, true), gain));
  const images = generatedImages('images', labels.length, input);
  const learner = new Learner({
    device,
    model,
    head: [],
    sampleDims: { [model.graph.inputs[0]?.name ?? '']: images.dims.slice(1) },
    task: 'tensor-classification',
    loss: { name: 'cross-entropy', labelSmoothing: 0 },
    train: tensorData({ [model.graph.inputs[0]?.name ?? '']: images }, labels, classes),
    batchSize: labels.length,
    accumulate: 1,
    shuffle: false,
    clip: {},
    seed: 0,
    features: memoryFeatures(1e9),
    maxSkippedShare: 0,
  });
  const losses: number[] = [];
  learner.events.on('step', ({ loss }) => losses.push(loss));
  await learner.run([phaseOf(rate, golden.losses.length)]);
  return losses;
}

/** Keras drops other values: its random numbers are its own. */
function withoutDropout(model: Model): Model {
  const nodes = model.graph.nodes.map((node) => (node.op === 'Dropout' ? { ...node, op: 'Identity', inputs: node.inputs.slice(0, 1) } : node));
  return { ...model, graph: { ...model.graph, nodes } };
}

/** Plain gradient descent on every weight; the statistics of normalisation stay. */
function phaseOf(lr: number, epochs: number): Phase {
  return {
    name: 'full',
    freeze: { kind: 'none' },
    groups: [],
    length: { epochs },
    optimizer: { name: 'sgd', lr, momentum: 0, nesterov: false, weightDecay: 0 },
    schedule: { name: 'constant', warmup: 0 },
    batchNorm: 'eval',
    augment: false,
  };
}
