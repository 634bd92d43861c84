import { expect, it } from 'vitest';
import { goldenGraph, readGolden } from '../../../test/support/golden.js';
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
