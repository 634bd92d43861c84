import { describe, expect, it } from 'vitest';
import { fixedBatch, freeBatch, prepareModel } from '../../src/bases/surgery/index.js';
import { float32, int64, sizeOf, type Tensor, toNumbers } from '../../src/core/index.js';
import { type Graph, GraphBuilder, type Model, specialise, type Value } from '../../src/engine/graph/index.js';
import { goldenInputs, goldenModel, goldenNames, readGolden } from '../support/golden.js';
import { runOnnx } from '../support/ort.js';

/** Larger graphs take long and hold nothing that the small ones of their family do not. */
const MOST_BYTES = 40e6;
/** Variants that differ in how they are trained, not in their graph. */
const VARIANT = /^(resnet-tiny|mlp|mobilenetv2-tiny)-(?!dynamic|folded|opset|exported|identity)/;
/** A kernel may sum in another order for another batch size. */
const ROUNDING = 2e-4;
/** Decoders that pick the last token of their only sample by its number: nothing in the file says that others have a last token, too. */
const PICKS_ITS_ONLY_SAMPLE = new Set(['hf-gpt2', 'hf-gpt2-dynamo', 'hf-opt']);

type Inputs = Readonly<Record<string, Tensor>>;

interface Case {
  readonly model: Model;
  readonly inputs: Inputs;
}

function openCase(name: string): Case | undefined {
  const golden = readGolden(name);
  if (VARIANT.test(name) || golden.fills.reduce((sum, { dims }) => sum + 4 * sizeOf(dims), 0) > MOST_BYTES) return undefined;
  return { model: prepareModel(goldenModel(golden)), inputs: goldenInputs(golden) };
}

/** Rows `start` to `end` of every `[N, …]`. */
function rows(tensors: Inputs, start: number, end: number): Inputs {
  const part = ({ type, dims, data }: Tensor): Tensor => {
    const width = sizeOf(dims.slice(1));
    return { type, dims: dims.with(0, end - start), data: data.slice(start * width, end * width) as Tensor['data'] };
  };
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, part(tensor)]));
}

const leading = (graph: Graph): Set<unknown> =>
  new Set([...graph.inputs, ...graph.outputs].map(({ type }) => (type.kind === 'tensor' ? type.dims?.[0] : undefined)));

/** The same model as an exporter writes it for `batch` samples: every shape is a number. */
function exportedFor({ model, inputs }: Case, batch: number): Model {
  const dims = Object.fromEntries(Object.entries(inputs).map(([name, tensor]) => [name, tensor.dims.with(0, batch)]));
  return { ...model, graph: specialise(model.graph, model.opsets.get('') ?? 21, dims) };
}

function expectClose(actual: Inputs, expected: Inputs): void {
  for (const [name, tensor] of Object.entries(expected)) {
    expect(actual[name]?.dims).toEqual(tensor.dims);
    const wanted = toNumbers(tensor);
    const found = toNumbers(actual[name] as Tensor);
    const worst = Math.max(...wanted.map((value, i) => Math.abs(value - (found[i] as number))));
    expect(worst / (1 + Math.max(...wanted.map(Math.abs)))).toBeLessThan(ROUNDING);
  }
}

describe('a model exported for a fixed number of samples', () => {
  for (const name of goldenNames()) {
    const original = openCase(name);
    const batch = original && fixedBatch(original.model.graph);
    if (original === undefined || batch === undefined) continue;
    it(`${name}: gives the same for 1 and 3 as for ${batch}`, async () => {
      const { model, freed, reason } = freeBatch(original.model);
      expect({ freed, reason }).toEqual({ freed: true, reason: undefined });
      expect(leading(model.graph)).toEqual(new Set(['batch']));
      const expected = await runOnnx(original.model, rows(original.inputs, 0, batch));
      for (const [start, end] of [
        [0, batch],
        [1, 2],
        [1, 4],
      ] as const) {
        expectClose(await runOnnx(model, rows(original.inputs, start, end)), rows(expected, start, end));
      }
    });
  }
});

describe('a model exported for one sample', () => {
  for (const name of goldenNames()) {
    const original = openCase(name);
    if (original === undefined) continue;
    it(`${name}: gives the same for 3`, async () => {
      const free = freeBatch(original.model).model;
      const { model, freed } = freeBatch(prepareModel(exportedFor({ ...original, model: free }, 1)));
      expect(freed).toBe(!PICKS_ITS_ONLY_SAMPLE.has(name));
      if (freed) expectClose(await runOnnx(model, rows(original.inputs, 1, 4)), await runOnnx(free, rows(original.inputs, 1, 4)));
    });
  }
});

/** A model of two samples `[2, 6]`. */
function forTwo(build: (b: GraphBuilder, x: Value) => Value): Model {
  const b = new GraphBuilder(21);
  return b.model([build(b, b.input('x', 'float32', [2, 6]))]);
}

describe('a model that cannot be freed', () => {
  const ids = int64([1], [0]);
  it.each<[string, Model, string]>([
    ['mixes its samples', forTwo((b, x) => b.sub(x, b.reduceMean(x, [0]))), 'its result has no row for each sample'],
    ['picks a sample', forTwo((b, x) => b.op('Gather', [x, b.constant(ids)], { axis: 0 })), 'it picks samples by their number'],
    ['holds different numbers for each', forTwo((b, x) => b.add(x, b.constant(float32([2, 1], [1, 2])))), 'differs between the samples'],
    ['spreads its samples', forTwo((b, x) => b.reshape(x, [3, 4])), 'cuts the batch in parts'],
    ['leads with something else', forTwo((b, x) => b.transpose(x, [1, 0])), 'which does not follow the batch'],
  ])('because it %s is returned as it was, with the reason', (_, model, reason) => {
    expect(freeBatch(model)).toEqual({ model, freed: false, reason: expect.stringContaining(reason) as string });
    expect(fixedBatch(model.graph)).toBe(2);
  });
});

it('keeps what is computed from parameters computed', async () => {
  const model = forTwo((b, x) => {
    const token = b.expand(b.mul(b.initializer('token', float32([1, 8], [1, 2, 3, 4, 5, 6, 7, 8])), 2), [2, 8]);
    return b.concat([x, b.slice(token, [0], [2], [1])], 1);
  });
  const { model: freed } = freeBatch(model);
  expect([...freed.graph.initializers.keys()]).toContain('token');
  const result = Object.values(await runOnnx(freed, { x: float32([3, 6], new Float32Array(18)) }))[0] as Tensor;
  expect(toNumbers(result)).toEqual([0, 1, 2].flatMap(() => [0, 0, 0, 0, 0, 0, 2, 4]));
});

it('leaves a model alone that takes any number of samples, and names the dimension', () => {
  const model = forTwo((b, x) => b.neg(x));
  const open = {
    ...model,
    graph: {
      ...model.graph,
      inputs: model.graph.inputs.map((input) => ({ ...input, type: { kind: 'tensor' as const, type: 'float32' as const, dims: [null, 6] } })),
    },
  };
  const { model: named, freed } = freeBatch(open);
  expect(freed).toBe(true);
  expect(named.graph.nodes).toBe(model.graph.nodes);
  expect(leading(named.graph)).toEqual(new Set(['batch']));
});
