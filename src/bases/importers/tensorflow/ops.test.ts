import { describe, expect, it } from 'vitest';
import { runOnnx } from '../../../../test/support/ort.js';
import { differenceOf, type OpsCase, opsCases, opsGraph, opsInputs } from '../../../../test/support/tensorflow-ops.js';
import type { Model } from '../../../engine/graph/index.js';
import { convertGraph } from './convert.js';
import type { TfGraph, TfShape } from './graph.js';
import { opConverters } from './ops/index.js';

/** Few roundings of float32, relative to the largest value of the output. */
const ROUNDING = 1e-5;

const named = opsCases.map((golden) => [golden.name, golden] as const);

async function expectTensorFlows(model: Model, golden: OpsCase): Promise<void> {
  const results = await runOnnx(model, opsInputs(golden));
  for (const output of golden.outputs) {
    expect(results[output.name]).toMatchObject({ type: output.type, dims: output.shape });
    expect(differenceOf(output, results[output.name])).toBeLessThan(golden.tolerance ?? ROUNDING);
  }
}

describe('operators compute what TensorFlow computes', () => {
  it.each(named)('%s', async (_, golden) => {
    await expectTensorFlows(convertGraph(await opsGraph(golden)).model, golden);
  });
});

/** The graph with less known of its inputs. */
function withShapes(graph: TfGraph, open: (dims: TfShape) => TfShape): TfGraph {
  return { ...graph, inputs: graph.inputs.map((port) => ({ ...port, dims: open(port.dims) })) };
}

/** Which operators need sizes to be known is theirs to say; wrong is none of them. */
function convertedOrRefused(graph: TfGraph): Model | undefined {
  try {
    const { model, notes } = convertGraph(graph);
    // A model for one sample is not the one that was asked for.
    return notes.length === 0 ? model : undefined;
  } catch (error) {
    expect(error).toMatchObject({ code: expect.stringMatching(/^IMPORT_(?:NODE|LOOP)$/) });
    return undefined;
  }
}

describe.each([
  ['the first size', (dims: TfShape) => dims?.map((dim, axis) => (axis === 0 ? null : dim))],
  ['all sizes', (dims: TfShape) => dims?.map(() => null)],
  ['the number of dimensions', () => undefined],
] as const)('operators with %s open', (what, open) => {
  // How many groups a filter has shows in the channels of the image alone: ONNX Runtime refuses them, where one group was assumed.
  const possible = named.filter(([name]) => what === 'the first size' || !name.endsWith('_grouped'));

  it.each(possible)('%s is right or refused', async (_, golden) => {
    const model = convertedOrRefused(withShapes(await opsGraph(golden), open));
    if (model) await expectTensorFlows(model, golden);
  });
});

/** Rows that no case has. */
const UNTESTED = {
  ReadVariableOp: 'a frozen operator has no variables; the SavedModels of test/tensorflow do',
  ResourceGather: 'a frozen operator has no variables; the SavedModel keras-words does',
};

it('every converter has a case', async () => {
  const graphs = await Promise.all(opsCases.map(opsGraph));
  const ops = new Set(graphs.flatMap((graph) => [graph, ...graph.functions.values()]).flatMap(({ nodes }) => nodes.map(({ op }) => op)));
  expect(
    Object.keys(opConverters)
      .filter((op) => !ops.has(op))
      .sort(),
  ).toEqual(Object.keys(UNTESTED));
});
