import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { goldenInputs, goldenModel, readGolden } from '../../../test/support/golden.js';
import { input, modelOf, node } from '../../../test/support/graph.js';
import { runOnnx } from '../../../test/support/ort.js';
import { findParameters, freeBatch, prepareModel } from '../../bases/surgery/index.js';
import { float32, type Tensor, toNumbers } from '../../core/index.js';
import { inferTypes, type Model, specialise } from '../../engine/graph/index.js';
import { firstRows } from './batch.js';
import { prepareForward } from './forward.js';
import { inferenceModel } from './inference.js';

const ROWS = 2;
const RUNS = 4;
/** A rewritten graph sums in another order; a wrong cut is off by far more. */
const ROUNDING = 1e-4;

interface Subject {
  readonly model: Model;
  readonly opset: number;
  readonly inputs: Readonly<Record<string, Tensor>>;
  readonly parameters: readonly string[];
  readonly expected: Tensor;
}

async function subject(name: string): Promise<Subject> {
  const golden = readGolden(name);
  const { model } = freeBatch(prepareModel(goldenModel(golden)));
  const opset = model.opsets.get('') as number;
  const inputs = Object.fromEntries(Object.entries(goldenInputs(golden)).map(([key, tensor]) => [key, firstRows(tensor, ROWS)]));
  const dims = Object.fromEntries(Object.entries(inputs).map(([key, tensor]) => [key, tensor.dims]));
  const outputs = await runOnnx(inferenceModel(specialise(model.graph, opset, dims), opset), inputs);
  const expected = outputs[model.graph.outputs[0]?.name ?? ''] as Tensor;
  return { model, opset, inputs, parameters: findParameters(model.graph).map((parameter) => parameter.name), expected };
}

describe('the frozen prefix followed by the rest equals the whole model, whatever is trained', () => {
  it.each(['mlp', 'resnet-tiny', 'densenet-tiny', 'mobilenetv3-tiny', 'bert-like', 'gpt-like', 'lstm', 'hf-vit-dynamo'])('%s', async (name) => {
    const whole = await subject(name);
    const subsets = fc.uniqueArray(fc.constantFrom(...whole.parameters), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(subsets, async (trainable) => expectEqual(await cutAt(whole, new Set(trainable)), whole.expected)),
      { numRuns: RUNS, seed: 1 },
    );
  });
});

async function cutAt({ model, inputs }: Subject, trainable: ReadonlySet<string>): Promise<Tensor> {
  const sampleDims = Object.fromEntries(Object.entries(inputs).map(([name, { dims }]) => [name, dims.slice(1)]));
  const { prefix, suffix, boundary, opset } = prepareForward({ model, sampleDims, rows: ROWS, trainable, mode: 'predict', batchNorm: 'eval' });
  for (const name of trainable) expect([...suffix.initializers.keys()]).toContain(name);
  for (const name of prefix?.initializers.keys() ?? []) expect(trainable.has(name)).toBe(false);
  const computed: Readonly<Record<string, Tensor>> = { ...inputs, ...(prefix && (await runOnnx(inferenceModel(prefix, opset), inputs))) };
  const fed = Object.fromEntries(boundary.map((name) => [name, computed[name] as Tensor]));
  const [output] = Object.values(await runOnnx(inferenceModel(suffix, opset), fed));
  return output as Tensor;
}

function expectEqual(actual: Tensor, expected: Tensor): void {
  const [found, wanted] = [toNumbers(actual), toNumbers(expected)];
  expect(found).toHaveLength(wanted.length);
  const scale = Math.max(...wanted.map(Math.abs));
  for (const [i, value] of found.entries()) expect(Math.abs(value - (wanted[i] as number))).toBeLessThan(ROUNDING * scale);
}

it('a dropout mask belongs to what is trained, not to the prefix', () => {
  const { model } = freeBatch(prepareModel(goldenModel(readGolden('mlp'))));
  const dropped = withDropout(model);
  const trainable = new Set(
    findParameters(dropped.graph)
      .slice(-2)
      .map(({ name }) => name),
  );
  const forward = prepareForward({ model: dropped, sampleDims: { input: [20] }, rows: ROWS, trainable, mode: 'train', batchNorm: 'eval' });
  expect(forward.masks.map(({ name }) => name)).toEqual(['regraft.dropout.0']);
  expect(forward.prefix?.inputs.map(({ name }) => name)).toEqual(['input']);
  expect(forward.suffix.inputs.map(({ name }) => name)).toContain('regraft.dropout.0');
  expect(inferTypes(forward.suffix, forward.opset, {}).types.size).toBeGreaterThan(0);
});

/** The model with dropout before its last layer. */
function withDropout(model: Model): Model {
  const last = model.graph.nodes.at(-1);
  if (last === undefined) throw new Error('the model has nodes');
  const dropout = { name: 'dropout', op: 'Dropout', domain: '', inputs: [last.inputs[0] as string], outputs: ['dropped'], attributes: {} };
  const nodes = [...model.graph.nodes.slice(0, -1), dropout, { ...last, inputs: ['dropped', ...last.inputs.slice(1)] }];
  return { ...model, graph: { ...model.graph, nodes } };
}

describe('what crosses over has a row for each sample', () => {
  /** Tokens are brought to the front, as for a recurrent layer, and back; the weight between is trained. */
  const timeFirst = modelOf({
    nodes: [
      node('Relu', ['x'], ['a']),
      node('Transpose', ['a'], ['t'], 't', { perm: [1, 0, 2] }),
      node('Tanh', ['t'], ['u']),
      node('MatMul', ['u', 'w'], ['m']),
      node('Transpose', ['m'], ['y'], 'y', { perm: [1, 0, 2] }),
    ],
    inputs: [{ ...input('x', { type: 'float32', dims: [] }), type: { kind: 'tensor', type: 'float32', dims: ['batch', null, 4] } }],
    outputs: ['y'],
    initializers: { w: float32([4, 5], new Float32Array(20)) },
  });

  it.each([3, ROWS])('with %i tokens', (tokens) => {
    const sampleDims = { x: [tokens, 4] };
    const forward = prepareForward({ model: timeFirst, sampleDims, rows: ROWS, trainable: new Set(['w']), mode: 'train', batchNorm: 'eval' });
    expect(forward.boundary).toEqual(['a']);
    expect(forward.prefix?.nodes.map(({ op }) => op)).toEqual(['Relu']);
    expect(forward.suffix.nodes.map(({ op }) => op)).toEqual(['Transpose', 'Tanh', 'MatMul', 'Transpose']);
  });
});
