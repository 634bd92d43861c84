import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { buildModel } from '../../src/bases/importers/huggingface/build.js';
import { fromNumbers } from '../../src/core/index.js';
import { attributes, type Model } from '../../src/engine/graph/index.js';
import { type GoldenModel, inputsOf, weightsOf } from './huggingface-families.js';
import { lossDifference } from './training-parity.js';

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

/** How far from PyTorch's losses those of the same steps are. */
export async function differenceOf(golden: TrainingCase): Promise<number> {
  const { model } = await buildModel(golden.config, weightsOf(golden));
  return lossDifference({ model: scoresOfLastToken(model), inputs: inputsOf(golden), labels, rate, losses: golden.losses });
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
