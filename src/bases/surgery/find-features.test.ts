import { describe, expect, it } from 'vitest';
import { goldenModel, readGolden } from '../../../test/support/golden.js';
import { graphOf, input, node } from '../../../test/support/graph.js';
import { int64, zeros } from '../../core/index.js';
import { type Graph, inferTypes, type Model } from '../../engine/graph/index.js';
import { adaptModel } from './adapt.js';
import { tapFeatures } from './features.js';
import { findFeatures } from './find-features.js';
import { freeBatch } from './free-batch.js';
import { prepareModel } from './prepare.js';

const OPSET = 21;

/** Two samples of three tokens, 4 wide, and what a model makes of them. */
function tokens(nodes: Graph['nodes']): Graph {
  const dims = {
    w: [4, 5],
    transposed: [5, 4],
    bias: [5],
  };
  return graphOf({
    nodes: [node('Relu', ['x'], ['hidden']), ...nodes],
    inputs: [input('x', { type: 'float32', dims: [2, 3, 4] })],
    outputs: ['y'],
    initializers: {
      ...Object.fromEntries(Object.entries(dims).map(([name, shape]) => [name, zeros('float32', shape)])),
      last: int64([], [2]),
      rows: int64([2], [-1, 4]),
      sequences: int64([3], [-1, 3, 5]),
    },
  });
}

/** What becomes of the features: `[N, width]`. */
function cutDims(graph: Graph): readonly number[] | undefined {
  const typesOf = (of: Graph) => inferTypes(of, OPSET, { x: [2, 3, 4] }).types;
  const cut = tapFeatures(graph, [findFeatures(graph)], typesOf(graph));
  return typesOf(cut.graph).get(cut.output)?.dims;
}

const lastToken = node('Gather', ['all', 'last'], ['y'], 'y', { axis: 1 });

describe('the features of a sequence model', () => {
  it('are what the projection reads, where a token is chosen after it', () => {
    const graph = tokens([node('MatMul', ['hidden', 'w'], ['projected']), node('Add', ['bias', 'projected'], ['all']), lastToken]);
    expect(findFeatures(graph)).toBe('hidden');
    expect(cutDims(graph)).toEqual([2, 4]);
  });

  it('are found where the projection reads its weights transposed', () => {
    const transposed = node('Transpose', ['transposed'], ['turned'], 'turned', { perm: [1, 0] });
    const graph = tokens([transposed, node('MatMul', ['hidden', 'turned'], ['all']), lastToken]);
    expect(findFeatures(graph)).toBe('hidden');
    expect(cutDims(graph)).toEqual([2, 4]);
  });

  it('have a row for each sample, where the projection takes all tokens in rows', () => {
    const product = node('Gemm', ['flat', 'w', 'bias'], ['projected']);
    const graph = tokens([node('Reshape', ['hidden', 'rows'], ['flat']), product, node('Reshape', ['projected', 'sequences'], ['all']), lastToken]);
    expect(findFeatures(graph)).toBe('flat');
    expect(cutDims(graph)).toEqual([2, 4]);
  });
});

it.each(['gpt-like', 'gpt-like-dynamo', 'hf-gpt2', 'hf-gpt2-dynamo', 'hf-opt', 'llama-like'])('%s takes a new linear head', (name) => {
  const golden = readGolden(name);
  const { model } = freeBatch(prepareModel(goldenModel(golden)));
  const sampleDims = Object.fromEntries(golden.inputs.map(({ name: given, dims }) => [given, dims.slice(1)]));
  const adapted = adaptModel(model, { sampleDims, head: { hidden: [], dropout: 0 }, outputs: 7, seed: 0 });
  expect(outputDims(adapted.model, sampleDims)).toEqual([2, 7]);
});

function outputDims({ graph, opsets }: Model, sampleDims: Readonly<Record<string, readonly number[]>>): readonly number[] | undefined {
  const dims = Object.fromEntries(Object.entries(sampleDims).map(([name, sample]) => [name, [2, ...sample]]));
  return inferTypes(graph, opsets.get('') as number, dims).types.get(graph.outputs[0]?.name ?? '')?.dims;
}
