import { readFileSync } from 'node:fs';
import type { Model } from '../../src/engine/graph/index.js';
import { type ApplicationOutput, generatedImages, generatedModel, goldenArchitecture } from './keras-applications.js';
import { descent, lossesOfSteps } from './steps.js';

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
export async function trainedLosses(name: string, golden: TrainingCase): Promise<readonly number[]> {
  const { rate, input, gain } = golden;
  const model = withoutDropout(generatedModel(goldenArchitecture(name, input.size, classes, true), gain));
  return lossesOfSteps({
    model,
    inputs: { [model.graph.inputs[0]?.name ?? '']: generatedImages('images', labels.length, input) },
    labels,
    classes,
    count: golden.losses.length,
    optimizer: descent(rate),
  });
}

/** Keras drops other values: its random numbers are its own. */
function withoutDropout(model: Model): Model {
  const nodes = model.graph.nodes.map((node) => (node.op === 'Dropout' ? { ...node, op: 'Identity', inputs: node.inputs.slice(0, 1) } : node));
  return { ...model, graph: { ...model.graph, nodes } };
}
