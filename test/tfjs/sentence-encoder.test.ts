import { beforeAll, describe, expect, it } from 'vitest';
import { type Base, loadModel } from '../../src/app/workflow/base.node.js';
import { adaptModel, findParameters, prepareModel } from '../../src/bases/surgery/index.js';
import { float32, fromNumbers, int64, Random, type Tensor, toNumbers } from '../../src/core/index.js';
import { differentiate } from '../../src/engine/autodiff/index.js';
import { GraphBuilder, MODERN_OPSET, type Model, specialise, staticTypes } from '../../src/engine/graph/index.js';
import { runOnnx } from '../support/ort.js';
import { descent, lossesOfSteps } from '../support/steps.js';
import { importPublished, published } from './published.js';

const WIDTH = 512;
const VOCABULARY = 8002;
/** Sizes of batches for training. */
const [TEXTS, TOKENS] = [8, 16];

const random = new Random(5, 'texts');
const textOf = (length: number): number[] => Array.from({ length }, () => Math.floor(random.uniform() * VOCABULARY));

/** Texts as the file takes them. */
function sparse(texts: readonly (readonly number[])[]): Record<string, Tensor> {
  const ids = texts.flat();
  const places = texts.flatMap((text, row) => text.flatMap((_, column) => [row, column]));
  return { indices: int64([ids.length, 2], places), values: int64([ids.length], ids) };
}

function padded(texts: readonly (readonly number[])[], length: number): Record<string, Tensor> {
  const ids = texts.flatMap((text) => Array.from({ length }, (_, place) => text[place] ?? -1));
  return { input_ids: int64([texts.length, length], ids) };
}

function difference(a: Tensor | undefined, b: Tensor | undefined): number {
  const [left, right] = [a, b].map((tensor) => (tensor ? toNumbers(tensor) : []));
  if (left?.length !== right?.length) return Number.NaN;
  return Math.max(...(left ?? []).map((value, i) => Math.abs(value - (right?.[i] as number))));
}

/** The same model with one weight moved. */
function moved(model: Model, name: string, direction: Float64Array, by: number): Model {
  const weight = model.graph.initializers.get(name) as Tensor;
  const values = toNumbers(weight).map((value, i) => value + by * (direction[i] as number));
  return { ...model, graph: { ...model.graph, initializers: new Map(model.graph.initializers).set(name, float32(weight.dims, values)) } };
}

describe('the sentence encoder, which takes its token ids as a sparse matrix', () => {
  let base: Base | undefined;
  let original: Model | undefined;
  let output = '';

  beforeAll(async () => {
    const golden = published.find(([name]) => name === 'sentence-encoder')?.[1];
    const imported = golden && (await importPublished(golden));
    if (!golden || !imported) return;
    original = prepareModel(imported.model);
    base = await loadModel(golden.uri);
    output = base.model.graph.outputs[0]?.name ?? '';
  }, 120_000);

  it('takes one padded matrix', (test) => {
    if (!base) return test.skip();
    const [input, ...others] = base.model.graph.inputs;
    expect(others).toEqual([]);
    expect(input).toEqual({ name: 'input_ids', type: { kind: 'tensor', type: 'int64', dims: ['batch', 'sequence'] } });
    expect(base.model.graph.outputs[0]?.type).toEqual({ kind: 'tensor', type: 'float32', dims: ['batch', WIDTH] });
    expect({ padId: base.padId, maxTokens: base.maxTokens }).toEqual({ padId: -1, maxTokens: 128 });
    expect(base.notes.at(-1)).toContain('shorter texts filled up with -1. Tokens of a text beyond 128 do not count.');
    const names = (model: Model | undefined) => findParameters((model as Model).graph).map(({ name }) => name);
    expect(names(base.model)).toEqual(names(original));
  });

  it.each([
    { texts: [textOf(7)], length: 7 },
    { texts: [textOf(3), textOf(1), textOf(40), textOf(17)], length: 40 },
    { texts: [textOf(3), textOf(12), textOf(8)], length: 50 },
    { texts: [textOf(140), textOf(5), textOf(128)], length: 140 },
  ])('gives the embeddings of the file, padded to $length tokens', async ({ texts, length }) => {
    if (!base || !original) return;
    const expected = (await runOnnx(original, sparse(texts)))[output];
    const found = (await runOnnx(base.model, padded(texts, length)))[output];
    expect(found?.dims).toEqual([texts.length, WIDTH]);
    // Rows of products are the same sums; other block sizes may round them otherwise.
    expect(difference(found, expected)).toBeLessThan(1e-6);
  });

  it('has gradients that are the slopes of the file, for every weight', { timeout: 240_000 }, async (test) => {
    if (!base || !original) return test.skip();
    const texts = [textOf(9), textOf(2), textOf(5)];
    const feeds = padded(texts, 11);
    const graph = specialise(base.model.graph, MODERN_OPSET, { input_ids: [texts.length, 11] });
    const target = float32(
      [texts.length, WIDTH],
      Float32Array.from({ length: texts.length * WIDTH }, () => random.uniform(-1, 1)),
    );
    const b = GraphBuilder.from(graph, staticTypes(graph), MODERN_OPSET);
    const loss = b.reduceSum(b.mul(b.value(output), b.constant(target)), [0, 1], false);
    const names = findParameters(base.model.graph).map(({ name }) => name);
    const gradients = differentiate(b, loss, names);
    const results = await runOnnx(b.model([loss, ...names.map((name) => gradients.get(name) ?? loss)]), feeds);
    const lossOf = async (model: Model): Promise<number> => {
      const result = (await runOnnx(model, sparse(texts)))[output] as Tensor;
      const weights = toNumbers(target);
      return toNumbers(result).reduce((sum, value, i) => sum + value * (weights[i] as number), 0);
    };
    for (const name of names) {
      const gradient = toNumbers(results[gradients.get(name)?.name ?? ''] as Tensor);
      const norm = Math.hypot(...chunks(gradient).map((part) => Math.hypot(...part)));
      expect(norm, name).toBeGreaterThan(0);
      const direction = Float64Array.from(gradient, (value) => value / norm);
      const step = 0.02;
      const slope = ((await lossOf(moved(original, name, direction, step))) - (await lossOf(moved(original, name, direction, -step)))) / (2 * step);
      // Float rounding of the loss, about 1e-6, over the step, and what the square of the step leaves of the slope.
      expect(Math.abs(slope / norm - 1), name).toBeLessThan(0.02);
    }
  });

  it('has its embedding as features, and learns', { timeout: 120_000 }, async (test) => {
    if (!base) return test.skip();
    expect(base.features).toBe(output);
    const spec = { sampleDims: { input_ids: [TOKENS] }, head: { hidden: [], dropout: 0 }, outputs: 2, seed: 0 };
    const { model, features, headParameters } = adaptModel(base.model, { ...spec, taps: [base.features as string] });
    expect(features).toBe(output);
    expect((model.graph.initializers.get('head.0.weight') as Tensor).dims).toEqual([2, WIDTH]);
    const inputs = padded(
      Array.from({ length: TEXTS }, (_, i) => textOf(1 + 2 * i)),
      TOKENS,
    );
    const labels = Array.from({ length: TEXTS }, (_, i) => i % 2);
    const losses = await lossesOfSteps({ model, head: headParameters, inputs, labels, classes: 2, count: 6, optimizer: descent(0.5) });
    losses.slice(1).forEach((loss, i) => {
      expect(loss).toBeLessThan(losses[i] as number);
    });
    expect(fromNumbers('float32', [], [losses.at(-1) as number]).data[0]).toBeLessThan(0.9 * (losses[0] as number));
  });
});

/** Parts small enough to be arguments of a function. */
function chunks(values: readonly number[]): number[][] {
  return Array.from({ length: Math.ceil(values.length / 10_000) }, (_, i) => values.slice(i * 10_000, (i + 1) * 10_000));
}
