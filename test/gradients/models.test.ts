import { describe, expect, it } from 'vitest';
import { batchNormInTraining, prepareModel } from '../../src/bases/surgery/index.js';
import { fromNumbers, type Tensor, toNumbers } from '../../src/core/index.js';
import { differentiate } from '../../src/engine/autodiff/index.js';
import { GraphBuilder, rewrite, rewriteRules, specialise, staticTypes } from '../../src/engine/graph/index.js';
import { createLoss } from '../../src/learning/tasks/index.js';
import { type Golden, goldenInputs, goldenLabels, goldenModel, goldenNames, isFullSize, readGolden } from '../support/golden.js';
import { run } from './run.js';

/** Variants of one model that differ in what happens after the gradient. */
const REPEATED = /-(adam|adamw|adam-decay|decay|nesterov|plain-sgd|accumulate|accumulate-tail|tail|clip-norm|clip-value|groups|sgd|frozen)$/;

/**
 * A gradient is compared relative to its norm. Float rounding in a network of some dozen layers is 1e-6 to 5e-6; where an
 * activation sits near a kink, `sensitivity` tells how much the gradient changes when weights move by a rounding error,
 * and PyTorch's own float32 gradients are off by `fp32GradientDrift`.
 */
const tolerance = (golden: Golden, sensitivity = 0): number => 2e-5 + 10 * Math.max(sensitivity, golden.fp32GradientDrift);

/** The gradients of a golden model as it was exported, or `undefined` where a rewritten one is asked for and nothing is rewritten. */
async function gradients(golden: Golden, rewritten: boolean): Promise<ReadonlyMap<string, Tensor> | undefined> {
  const { training } = golden.spec;
  const size = training.batchSize;
  const prepared = prepareModel(goldenModel(golden));
  const graph = training['batchNorm'] === 'train' ? batchNormInTraining(prepared.graph, () => true).graph : prepared.graph;
  const feeds = Object.fromEntries(Object.entries(goldenInputs(golden)).map(([name, tensor]) => [name, firstRows(tensor, size)]));
  const opset = prepared.opsets.get('') as number;
  const names = golden.gradients.map(({ name }) => name);
  const dims = Object.fromEntries(Object.entries(feeds).map(([name, tensor]) => [name, tensor.dims]));
  const exported = specialise(graph, opset, dims);
  const types = staticTypes(exported);
  const { graph: fixed, types: known, applied } = rewrite(exported, types, opset, rewritten ? rewriteRules(opset) : []);
  if (rewritten && applied.length === 0) return undefined;
  const b = GraphBuilder.from(fixed, known, opset);
  const output = b.value((fixed.outputs[0] as { name: string }).name);
  const labels = goldenLabels(golden).slice(0, size);
  const rows = labels.flat() as number[];
  const target = b.constant(Array.isArray(labels[0]) ? fromNumbers('float32', [size, rows.length / size], rows) : fromNumbers('int64', [size], rows));
  const kind = target.type === 'int64' ? 'cross-entropy' : 'mse';
  const loss = createLoss({ labelSmoothing: 0, ...((training['loss'] as object | undefined) ?? { name: kind }) } as never);
  const scalar = loss.build(b, { output, target, mask: b.full(output.type, [size], 1) });
  const found = [...differentiate(b, scalar, names)].map(([name, value]) => [name, b.op('Identity', [value])] as const);
  const results = await run(b.model(found.map(([, value]) => value)), feeds);
  return new Map(found.map(([name, value]) => [name, results.get(value.name) as Tensor]));
}

function firstRows(tensor: Tensor, rows: number): Tensor {
  const width = tensor.data.length / (tensor.dims[0] as number);
  return { type: tensor.type, dims: tensor.dims.with(0, rows), data: tensor.data.slice(0, rows * width) };
}

const only = process.env['GOLDEN']?.split(',');
// Full size: `npm run coverage`.
const chosen = goldenNames().filter((name) => only?.includes(name) ?? !(REPEATED.test(name) || isFullSize(readGolden(name))));

describe('gradients of whole models equal those of PyTorch in double precision', () => {
  for (const name of chosen) {
    it(name, async () => {
      const golden = readGolden(name);
      for (const rewritten of [false, true]) {
        const found = await gradients(golden, rewritten);
        if (found) expectGradients(golden, found);
      }
    });
  }
});

function expectGradients(golden: Golden, found: ReadonlyMap<string, Tensor>): void {
  for (const expected of golden.gradients) {
    const actual = toNumbers(found.get(expected.name) as Tensor);
    const difference = Math.hypot(...expected.indices.map((index, i) => (actual[index] as number) - (expected.values[i] as number)));
    const norm = Math.sqrt(actual.reduce((sum, value) => sum + value * value, 0));
    // Parameters without effect (a bias before a normalisation) have rounding errors for gradients.
    const scale = expected.norm + 1e-6;
    const error = Math.max(difference, Math.abs(norm - expected.norm)) / scale;
    expect(error, `${golden.name}: gradient by ${expected.name}`).toBeLessThan(tolerance(golden, expected.sensitivity));
  }
}
