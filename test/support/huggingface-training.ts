import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { buildModel } from '../../src/bases/importers/huggingface/build.js';
import { fromNumbers } from '../../src/core/index.js';
import { attributes, type Model } from '../../src/engine/graph/index.js';
import { type GoldenModel, inputsOf, weightsOf } from './huggingface-families.js';
import { lossesOfSteps } from './steps.js';

/** Steps that PyTorch took with a model of transformers, as bench/oracles/huggingface_training.py writes them. */
export interface TrainingCase extends GoldenModel {
  /** Before each step. */
  readonly losses: readonly number[];
}

const file = new URL('../huggingface/training.json.gz', import.meta.url);
const { rate, labels, cases } = JSON.parse(gunzipSync(readFileSync(file)).toString()) as {
  readonly rate: number;
  readonly labels: readonly number[];
  readonly cases: Readonly<Record<string, TrainingCase>>;
};
export const trainingCases = cases;

/** The losses of the same steps. */
async function trainedLosses(golden: TrainingCase): Promise<number[]> {
  const { model } = await buildModel(golden.config, weightsOf(golden));
  return lossesOfSteps({
    model: scoresOfLastToken(model),
    inputs: inputsOf(golden),
    labels,
    classes: classesOf(model),
    count: golden.losses.length,
    optimizer: { name: 'adamw', lr: rate, betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0.01 },
  });
}

/** The largest difference of a loss from PyTorch's, as a share of the effect that training has on it. */
export async function lossDifference(golden: TrainingCase): Promise<number> {
  const losses = await trainedLosses(golden);
  const [first = Number.NaN] = golden.losses;
  const effect = Math.max(...golden.losses.map((loss) => Math.abs(loss - first)));
  return Math.max(...golden.losses.map((loss, i) => Math.abs(loss - (losses[i] ?? Number.NaN)))) / effect;
}

/** Of scores `[N, T, V]` of every token those of the last, `[N, V]`, as what training looks at. */
function scoresOfLastToken(model: Model): Model {
  const { graph } = model;
  const [scores] = graph.outputs;
  if (scores?.type.kind !== 'tensor' || scores.type.dims?.length !== 3) return model;
  const last = { ...scores, name: 'last', type: { ...scores.type, dims: scores.type.dims.toSpliced(1, 1) } };
  const index = fromNumbers('int64', [], [-1]);

  const gather = {
    name: 'last',
    op: 'Gather',
    domain: '',
    inputs: [scores.name, 'last_index'],
    outputs: ['last'],
    attributes: attributes({ axis: 1 }),
  };
  const initializers = new Map([...graph.initializers, ['last_index', index]]);
  return { ...model, graph: { ...graph, nodes: [...graph.nodes, gather], initializers, outputs: [last] } };
}

function classesOf({ graph }: Model): number {
  const type = graph.outputs[0]?.type;
  return type?.kind === 'tensor' ? Number(type.dims?.at(-1)) : Number.NaN;
}
