import { describe, expect, it } from 'vitest';
import { goldenModel, readGolden } from '../../../test/support/golden.js';
import { inferTypes } from '../../engine/graph/index.js';
import { freeBatch } from './free-batch.js';
import { prepareModel } from './prepare.js';
import { residualBlocks } from './residual.js';

function branchesOf(name: string): string[] {
  const golden = readGolden(name);
  const { graph, opsets } = freeBatch(prepareModel(goldenModel(golden))).model;
  const dims = Object.fromEntries(golden.inputs.map((input) => [input.name, input.dims]));
  return residualBlocks(graph, inferTypes(graph, opsets.get('') as number, dims).types).map(({ branch }) => branch);
}

describe('the sums of a value and of what a branch with weights makes of it', () => {
  // Blocks with a layer in their shortcut are not counted; those of a transformer have two sums.
  it.each([
    ['resnet-tiny', 1],
    ['mobilenetv2-tiny', 3],
    ['efficientnet-tiny', 3],
    ['convnext-tiny', 4],
    ['swin-tiny', 6],
    ['hf-vit', 4],
    ['bert-like', 4],
    ['gpt-like', 4],
    ['llama-like', 2],
    ['hf-deberta', 4],
    ['mlp', 0],
    ['densenet-tiny', 0],
    ['alexnet-tiny', 0],
  ])('%s: %i', (name, count) => {
    expect(branchesOf(name)).toHaveLength(count);
  });
});

it('the branch is the value that comes later, wherever it stands in the sum', () => {
  expect(branchesOf('mobilenetv2-tiny')[0]).toBe('/features/features.3/conv/conv.3/BatchNormalization_output_0');
  expect(branchesOf('llama-like')).toEqual(['/o/MatMul_output_0', '/down/MatMul_output_0']);
});
