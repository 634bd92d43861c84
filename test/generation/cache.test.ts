import { describe, expect, it } from 'vitest';
import { buildModel } from '../../src/bases/importers/huggingface/build.js';
import { attributes, type Model, type Node, withCache } from '../../src/index.js';
import { familyCases, weightsOf } from '../support/huggingface-families.js';
import { builtModel, exportedModel } from './support.js';

function changed(model: Model, change: (node: Node) => Node | readonly Node[]): Model {
  return { ...model, graph: { ...model.graph, nodes: model.graph.nodes.flatMap(change) } };
}

/** The model with a node behind the first one of `op`. */
function withBehind(model: Model, op: string, behind: (input: string, output: string) => Node): Model {
  const found = model.graph.nodes.find((node) => node.op === op) as Node;
  const [output = ''] = found.outputs;
  return changed(model, (node) => (node === found ? [{ ...node, outputs: ['before'] }, behind('before', output)] : node));
}

const refusal = (reason: RegExp) => expect.objectContaining({ code: 'CACHE_NOT_FOUND', message: expect.stringMatching(reason) });

describe('a model with a cache', () => {
  it('has the weights of the model, and a part of the cache for keys and values of each layer', async () => {
    const model = await builtModel('llama');
    const { model: cached, cache, maxLength } = await withCache(model);
    for (const [name, weight] of model.graph.initializers) if (name.includes('weight')) expect(cached.graph.initializers.get(name)).toBe(weight);
    // Four heads of queries share two of keys and values.
    expect(cache.map(({ past, heads, width }) => [past, heads, width])).toEqual([
      ['past.0.key', 2, 4],
      ['past.0.value', 2, 4],
      ['past.1.key', 2, 4],
      ['past.1.value', 2, 4],
    ]);
    expect(maxLength).toBeUndefined();
    expect(cached.graph.inputs.slice(0, 3).map(({ name }) => name)).toEqual(['input_ids', 'attention_mask', 'position_ids']);
  });

  it('says for how many tokens its tables are', async () => {
    expect((await withCache(await builtModel('gpt2'))).maxLength).toBe(32);
    expect((await withCache(await exportedModel('gpt2-dynamo-positions'))).maxLength).toBe(32);
  });

  it('computes scores of the last token only', async () => {
    const { model } = await withCache(await builtModel('gpt2'));
    const norm = model.graph.nodes.find(({ outputs }) => outputs[0] === 'transformer.ln_f');
    expect(norm?.inputs[0]).toBe('transformer.h.1/last');
  });
});

describe('what is refused', () => {
  it('is a model without causal scores, or without attention', async () => {
    const [, golden] = Object.entries(familyCases['gpt2'] ?? {}).find(([name]) => name === 'GPT2ForSequenceClassification') ?? [];
    const { model } = await buildModel(golden?.config ?? {}, weightsOf(golden as NonNullable<typeof golden>));
    await expect(withCache(model)).rejects.toEqual(refusal(/first output "logits" is not \[batch, sequence, vocabulary\]/));
  });

  it('is an op that mixes tokens', async () => {
    const model = await builtModel('gpt2');
    const summed = withBehind(model, 'LayerNormalization', (input, output) => ({
      name: 'mixing',
      op: 'CumSum',
      domain: '',
      inputs: [input, 'one'],
      outputs: [output],
      attributes: {},
    }));
    const initializers = new Map([...model.graph.initializers, ['one', { type: 'int64', dims: [], data: BigInt64Array.of(1n) }] as const]);
    await expect(withCache({ ...summed, graph: { ...summed.graph, initializers } })).rejects.toEqual(refusal(/CumSum node "mixing"/));
    const normal = withBehind(model, 'LayerNormalization', (input, output) => ({
      name: 'mixing',
      op: 'Softmax',
      domain: '',
      inputs: [input],
      outputs: [output],
      attributes: attributes({ axis: 1 }),
    }));
    await expect(withCache(normal)).rejects.toEqual(refusal(/Softmax node "mixing" works across tokens/));
  });

  it('is an input that no language model has', async () => {
    const model = await builtModel('gpt2');
    const inputs = model.graph.inputs.map((input) => (input.name === 'attention_mask' ? { ...input, name: 'token_type_ids' } : input));
    const rename = (name: string): string => (name === 'attention_mask' ? 'token_type_ids' : name);
    const other = changed(model, (node) => ({ ...node, inputs: node.inputs.map(rename) }));
    await expect(withCache({ ...other, graph: { ...other.graph, inputs } })).rejects.toEqual(refusal(/an input "token_type_ids"/));
  });

  it('names keys of another form', async () => {
    const model = await exportedModel('bloom-script');
    await expect(withCache(model)).rejects.toEqual(refusal(/MatMul node .* has keys that are not \[N, heads, T, width\]/));
  });
});
