import { expect, it } from 'vitest';
import { goldenGraph, readGolden } from '../../../test/support/golden.js';
import { graphOf, node } from '../../../test/support/graph.js';
import { int64, zeros } from '../../core/index.js';
import { inferTypes } from '../../engine/graph/index.js';
import { prepareModel } from './prepare.js';
import { stageEnds } from './stages.js';

/** Shapes of the stage ends of a golden model, without the batch axis. */
function shapes(name: string): (readonly number[] | undefined)[] {
  const golden = readGolden(name);
  const { graph, opsets } = prepareModel(goldenGraph(golden));
  const batch = golden.spec.training.batchSize;
  const dims = Object.fromEntries(golden.inputs.map((input) => [input.name, input.dims.with(0, batch)]));
  const { types } = inferTypes(graph, opsets.get('') as number, dims);
  return stageEnds(graph, types).map((end) => types.get(end)?.dims.slice(1));
}

it('are the last feature maps before each reduction of size', () => {
  expect(shapes('resnet18')).toEqual([
    [64, 16, 16],
    [128, 8, 8],
    [256, 4, 4],
    [512, 2, 2],
  ]);
});

it('are the widest maps that a smaller one is made from, without the border it adds', () => {
  const conv = (from: string, weight: string, to: string, strides: readonly number[]) => node('Conv', [from, weight], [to], to, { strides });
  const graph = graphOf({
    nodes: [
      conv('x', 'w1', 'wide', [1, 1]),
      conv('wide', 'w2', 'narrow', [1, 1]),
      node('Pad', ['wide', 'border'], ['padded']),
      conv('padded', 'w3', 'small', [2, 2]),
      conv('narrow', 'w4', 'other', [2, 2]),
      node('Concat', ['small', 'other'], ['joined'], 'joined', { axis: 1 }),
      node('GlobalAveragePool', ['joined'], ['pooled']),
      node('Flatten', ['pooled'], ['vector']),
      node('Gemm', ['vector', 'fc'], ['y']),
    ],
    inputs: [{ name: 'x', type: { kind: 'tensor', type: 'float32', dims: [1, 3, 8, 8] } }],
    outputs: ['y'],
    initializers: {
      w1: zeros('float32', [8, 3, 1, 1]),
      w2: zeros('float32', [4, 8, 1, 1]),
      border: int64([8], [0, 0, 0, 0, 0, 0, 1, 1]),
      w3: zeros('float32', [6, 8, 3, 3]),
      w4: zeros('float32', [6, 4, 2, 2]),
      fc: zeros('float32', [12, 2]),
    },
  });
  expect(stageEnds(graph, inferTypes(graph, 21).types)).toEqual(['wide', 'joined']);
});

it.each(['bert-like', 'hf-bert', 'hf-bert-dynamo', 'gpt-like-dynamo', 'vit-tiny', 'hf-vit'])(
  'are the last residual sums of %s, no matrices of attention',
  (name) => {
    const ends = shapes(name);
    expect(ends).toHaveLength(4);
    for (const dims of ends) expect(dims?.at(-1)).toBe(32);
  },
);

it('are the feature itself where there are neither', () => {
  expect(shapes('mlp')).toHaveLength(1);
});
