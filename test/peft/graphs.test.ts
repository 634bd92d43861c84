import { describe, expect, it } from 'vitest';
import {
  type AdapterSpec,
  adapterTensors,
  addAdapter,
  freeBatch,
  headParameters,
  mergeAdapter,
  prepareModel,
  removeAdapter,
  withAdapterTensors,
} from '../../src/bases/surgery/index.js';
import { type Tensor, toNumbers } from '../../src/core/index.js';
import type { Model } from '../../src/engine/graph/index.js';
import { generated } from '../support/generated-weights.js';
import { goldenInputs, goldenModel, readGolden } from '../support/golden.js';
import { runOnnx } from '../support/ort.js';
import { baseOf, caseOf, headOf } from '../support/peft.js';
import { tinyBase } from '../support/tiny-base.js';

const LOW_RANK = { rank: 3, alpha: 5, dropout: 0.1, rankStabilised: true } as const;

const specs: Readonly<Record<string, AdapterSpec>> = {
  lora: { name: 'lora', ...LOW_RANK, targets: 'auto' },
  'lora everywhere': { name: 'lora', ...LOW_RANK, targets: { match: '' } },
  dora: { name: 'dora', ...LOW_RANK, targets: 'auto' },
  ia3: { name: 'ia3', targets: 'auto', feedForward: 'auto' },
  adapter: { name: 'adapter', width: 4, activation: 'gelu', after: 'both' },
};

/** Graphs of PyTorch's two exporters, of transformers and of torchvision. */
const TRANSFORMERS = [
  'hf-bert',
  'hf-bert-dynamo',
  'hf-gpt2',
  'hf-gpt2-dynamo',
  'hf-deberta',
  'hf-distilbert',
  'llama-like',
  'vit-tiny',
  'hf-vit-dynamo',
];
const OTHERS = ['resnet-tiny', 'mobilenetv2-tiny', 'mlp'];

const cases = [...TRANSFORMERS, ...OTHERS].flatMap((name) =>
  Object.keys(specs).flatMap((method): [string, string][] => (method === 'adapter' && OTHERS.includes(name) ? [] : [[name, method]])),
);

function open(name: string): { base: Model; inputs: Readonly<Record<string, Tensor>>; head: readonly string[] } {
  const golden = readGolden(name);
  const base = freeBatch(prepareModel(goldenModel(golden))).model;
  return { base, inputs: goldenInputs(golden), head: headParameters(base.graph) };
}

/** The adapter's tensors as training might leave them; `stream` tells one training from another. */
function trained(model: Model, head: readonly string[], stream: string): ReadonlyMap<string, Tensor> {
  return new Map(
    [...adapterTensors(model)].map(([name, tensor]) => {
      if (head.includes(name)) return [name, tensor];
      const around = name.endsWith('ia3_l') || name.endsWith('magnitude_vector') ? [0.5, 1.5] : [-0.3, 0.3];
      return [name, generated(1, stream + name, tensor.dims, around[0] as number, around[1] as number)];
    }),
  );
}

async function outputOf(model: Model, inputs: Readonly<Record<string, Tensor>>): Promise<number[]> {
  const results = await runOnnx(model, inputs);
  return toNumbers(results[model.graph.outputs[0]?.name ?? ''] as Tensor);
}

function difference(a: readonly number[], b: readonly number[]): number {
  return Math.max(...a.map((value, i) => Math.abs(value - (b[i] ?? Number.NaN)))) / Math.max(...b.map(Math.abs));
}

describe('an adapter in a graph of any origin', () => {
  it.each(cases)('%s, %s: changes nothing at first, is merged exactly and taken out without a trace', async (name, method) => {
    const { base, inputs, head } = open(name);
    const { model: fresh, parameters } = addAdapter(base, specs[method] as AdapterSpec, { seed: 0, head });
    expect(parameters.length).toBeGreaterThan(0);
    const expected = await outputOf(base, inputs);
    // Roundings: DoRA divides by a norm and multiplies with it.
    expect(difference(await outputOf(fresh, inputs), expected)).toBeLessThan(1e-5);
    const model = withAdapterTensors(fresh, trained(fresh, head, 'a'));
    const adapted = await outputOf(model, inputs);
    expect(difference(adapted, expected)).toBeGreaterThan(1e-4);
    const plain = removeAdapter(model);
    expect(plain).toEqual(base);
    for (const [weight, tensor] of base.graph.initializers) expect(plain.graph.initializers.get(weight)).toBe(tensor);
    if (method === 'adapter') return expect(() => mergeAdapter(model)).toThrow(expect.objectContaining({ code: 'ADAPTER_NOT_MERGEABLE' }));
    const merged = mergeAdapter(model);
    expect(merged.graph.nodes.length).toBeLessThan(model.graph.nodes.length);
    // Sums in another order, through networks whose adapters are large.
    expect(difference(await outputOf(merged, inputs), adapted)).toBeLessThan(2e-4);
  });
});

it('several adapters share the memory of one base, and are swapped', async () => {
  const { base, inputs, head } = open('hf-bert');
  const { model } = addAdapter(base, specs['lora'] as AdapterSpec, { seed: 0, head });
  const [a, b] = ['a', 'b'].map((stream) => withAdapterTensors(model, trained(model, head, stream))) as [Model, Model];
  for (const name of base.graph.initializers.keys()) {
    expect(a.graph.initializers.get(name)).toBe(base.graph.initializers.get(name));
    expect(b.graph.initializers.get(name)).toBe(base.graph.initializers.get(name));
  }
  const [first, second] = [await outputOf(a, inputs), await outputOf(b, inputs)];
  expect(difference(first, second)).toBeGreaterThan(1e-3);
  expect(await outputOf(withAdapterTensors(b, adapterTensors(a)), inputs)).toEqual(first);
});

it('prompt tuning is taken out without a trace, and refused where a number of tokens is built in', async () => {
  const one = caseOf('bert', 'prompt-tuning');
  const base = await baseOf(one);
  const { model } = addAdapter(base, { name: 'prompt-tuning', tokens: 4 }, { seed: 0, head: headOf(one) });
  expect(model.graph.initializers.get('prompt_embeddings')?.dims).toEqual([4, 32]);
  expect(removeAdapter(model)).toEqual(base);
  const { base: fixed, head } = open('hf-bert');
  expect(() => addAdapter(fixed, { name: 'prompt-tuning', tokens: 4 }, { seed: 0, head })).toThrow(
    expect.objectContaining({ code: 'ADAPTER_FIXED_LENGTH' }),
  );
});

it('refuses what it cannot do, by name', () => {
  const base = prepareModel(tinyBase());
  const options = { seed: 0, head: headParameters(base.graph) };
  const refusal = (spec: AdapterSpec, model = base): unknown => {
    try {
      return addAdapter(model, spec, options);
    } catch (error) {
      return (error as { code?: string }).code;
    }
  };
  expect(refusal({ name: 'prompt-tuning', tokens: 2 })).toBe('ADAPTER_NO_TOKENS');
  expect(refusal({ name: 'adapter', width: 2, activation: 'relu', after: 'both' })).toBe('ADAPTER_NO_BLOCKS');
  expect(refusal({ name: 'lora', ...LOW_RANK, targets: ['query'] })).toBe('ADAPTER_NO_TARGET');
  expect(refusal({ name: 'lora', ...LOW_RANK, targets: ['fc'] })).toBe('ADAPTER_NO_TARGET');
  const { model } = addAdapter(base, specs['lora'] as AdapterSpec, options);
  expect(refusal({ name: 'ia3', targets: 'auto', feedForward: 'auto' }, model)).toBe('ADAPTER_PRESENT');
  expect(() => mergeAdapter(base)).toThrow(expect.objectContaining({ code: 'ADAPTER_ABSENT' }));
});
