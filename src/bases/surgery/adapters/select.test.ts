import { describe, expect, it } from 'vitest';
import { goldenModel, readGolden } from '../../../../test/support/golden.js';
import { baseOf, caseOf } from '../../../../test/support/peft.js';
import { tinyBase } from '../../../../test/support/tiny-base.js';
import { findParameters } from '../parameters.js';
import { prepareModel } from '../prepare.js';
import { biasParameters, headParameters, lastLayers } from './select.js';

describe('the biases of a graph', () => {
  it('are those that PyTorch names so', async () => {
    const { graph } = await baseOf(caseOf('bert', 'full'));
    const named = findParameters(graph).flatMap(({ name }) => (name.endsWith('.bias') ? [name] : []));
    expect(named).toHaveLength(19);
    expect(biasParameters(graph)).toEqual(named);
  });

  it('are the shifts of normalisations too, whatever they are called', () => {
    expect(biasParameters(tinyBase().graph)).toEqual(['block0.norm.shift', 'block1.norm.shift', 'block2.norm.shift', 'fc.bias']);
  });
});

describe('the last layers', () => {
  it('are numbered blocks and what comes behind them', async () => {
    const { graph } = await baseOf(caseOf('gpt2', 'full'));
    const last = lastLayers(graph, 1);
    expect(last.filter((name) => name.includes('.h.0.') || name.includes('wte') || name.includes('wpe'))).toEqual([]);
    expect(last.filter((name) => name.includes('.h.1.'))).toHaveLength(12);
    expect(last.slice(-3)).toEqual(['transformer.ln_f.weight', 'transformer.ln_f.bias', 'score.weight']);
    expect(lastLayers(graph, 9)).toHaveLength(2 * 12 + 3);
  });

  it('are layers with weights where nothing is numbered', () => {
    expect(lastLayers(tinyBase().graph, 1)).toEqual(['fc.weight', 'fc.bias']);
    expect(lastLayers(tinyBase().graph, 2)).toEqual(['block2.conv.weight', 'block2.norm.scale', 'block2.norm.shift', 'fc.weight', 'fc.bias']);
  });
});

it('the head of a model that keeps its own is what lies behind its features', async () => {
  expect(headParameters(tinyBase().graph)).toEqual(['fc.weight', 'fc.bias']);
  expect(headParameters((await baseOf(caseOf('roberta', 'full'))).graph)).toEqual(['classifier.out_proj.weight', 'classifier.out_proj.bias']);
  expect(headParameters(prepareModel(goldenModel(readGolden('resnet-tiny'))).graph)).toHaveLength(2);
});
