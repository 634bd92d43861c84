import { describe, expect, it } from 'vitest';
import { compile } from '../../../test/gradients/run.js';
import { goldenInputs, goldenModel, readGolden } from '../../../test/support/golden.js';
import { toNumbers } from '../../core/index.js';
import { adaptModel } from './adapt.js';
import { freeBatch } from './free-batch.js';
import { oldHead } from './old-head.js';
import { prepareModel } from './prepare.js';

describe('the old head beside the new one gives what the base gave', () => {
  it.each(['mlp', 'resnet-tiny', 'mobilenetv2-tiny', 'hf-vit'])('%s', async (name) => {
    const golden = readGolden(name);
    const base = freeBatch(prepareModel(goldenModel(golden))).model;
    const sampleDims = Object.fromEntries(golden.inputs.map((input) => [input.name, input.dims.slice(1)]));
    const { model } = adaptModel(base, { sampleDims, head: { hidden: [], dropout: 0 }, outputs: 3, seed: 0 });
    const found = oldHead(base.graph, model.graph);
    if (found === undefined) throw new Error('no old head');
    const kept = new Set(model.graph.initializers.keys());
    expect([...found.initializers.keys()].filter((weight) => kept.has(weight))).toEqual([]);
    const output = { name: found.output, type: { kind: 'tensor' as const, type: 'float32' as const, dims: undefined } };
    const graph = {
      ...model.graph,
      nodes: [...model.graph.nodes, ...found.nodes],
      initializers: new Map([...model.graph.initializers, ...found.initializers]),
      outputs: [...model.graph.outputs, output],
    };
    const [both, alone] = [await compile({ ...model, graph }), await compile(base)];
    const feeds = goldenInputs(golden);
    const wanted = (await alone.run(feeds)).get(base.graph.outputs[0]?.name ?? '');
    const given = (await both.run(feeds)).get(found.output);
    if (wanted === undefined || given === undefined) throw new Error('no output');
    // ONNX Runtime may fuse other nodes where there are two heads.
    for (const [i, value] of toNumbers(given).entries()) expect(value).toBeCloseTo(toNumbers(wanted)[i] as number, 5);
    await Promise.all([both.release(), alone.release()]);
  });
});

it('there is none where the base gives what it gave', () => {
  const { graph } = freeBatch(prepareModel(goldenModel(readGolden('mlp')))).model;
  expect(oldHead(graph, graph)).toBeUndefined();
});
