import { describe, expect, it } from 'vitest';
import { buildModel } from '../../src/bases/importers/huggingface/build.js';
import type { JsonObject } from '../../src/bases/importers/json.js';
import type { StateDict } from '../../src/bases/importers/state-dict/index.js';
import { int64, sizeOf, type Tensor, toNumbers } from '../../src/core/index.js';
import { type FamilyCase, familyCases, inputsOf, weightsOf } from '../support/huggingface-families.js';
import { runOnnx } from '../support/ort.js';
import { differenceFrom, type Sample } from '../support/sample.js';

/** The first case of a type whose name begins so. */
function goldenOf(type: string, name: string): FamilyCase {
  const [found] = Object.entries(familyCases[type] ?? {}).flatMap(([key, golden]) => (key.startsWith(name) ? [golden] : []));
  if (!found) throw new Error(`no case ${name} of ${type}`);
  return found;
}

async function difference(golden: FamilyCase, config: FamilyCase['config'], weights = weightsOf(golden)): Promise<number> {
  const { model } = await buildModel(config, weights);
  const found = await runOnnx(model, inputsOf(golden));
  return Math.max(...Object.entries(golden.outputs).map(([name, sample]) => differenceFrom(sample, found[name])));
}

function renamed(weights: StateDict, name: (old: string) => string): StateDict {
  return new Map([...weights].map(([old, weight]) => [name(old), weight]));
}

function only(weights: StateDict, isKept: (name: string) => boolean): StateDict {
  return new Map([...weights].filter(([name]) => isKept(name)));
}

/** A share of the largest value: some roundings of float32 in each layer. */
const ROUNDING = 1e-5;

describe.each(['gpt2', 'llama', 'mistral', 'qwen2', 'qwen3', 't5'])('%s', (type) => {
  it.each(Object.entries(familyCases[type] ?? {}))('%s has a use for every weight and begins none anew', async (_, golden) => {
    expect(await buildModel(golden.config, weightsOf(golden))).toMatchObject({ unused: [], initialised: [] });
  });
});

describe('GPT-2', () => {
  const golden = goldenOf('gpt2', 'GPT2LMHeadModel');

  it('as it was first published has no prefix, and masks among its weights', async () => {
    const bare = renamed(weightsOf(golden), (name) => name.replace(/^transformer\./, ''));
    const buffers = [0, 1].flatMap((layer) => ['bias', 'masked_bias'].map((name) => [`h.${layer}.attn.${name}`, [...bare.values()][0]] as const));
    const published = new Map([...bare, ...buffers]) as StateDict;
    expect(await difference(golden, golden.config, published)).toBeLessThan(ROUNDING);
    expect(await buildModel(golden.config, published)).toMatchObject({ unused: [], initialised: [] });
  });

  it('has one weight for embedding and head where its file has it twice', async () => {
    const weights = weightsOf(golden);
    const twice = new Map([...weights, ['lm_head.weight', weights.get('transformer.wte.weight')]]) as StateDict;
    const { model, unused } = await buildModel(golden.config, twice);
    expect(unused).toEqual([]);
    expect(model.graph.initializers.has('lm_head.weight')).toBe(false);
  });

  it('has a head of its own where the file has another weight for it', async () => {
    const weights = weightsOf(golden);
    const other = new Map([...weights, ...weightsOf({ ...golden, weights: { 'lm_head.weight': [40, 16] } })]);
    const { model } = await buildModel(golden.config, other);
    expect(model.graph.initializers.has('lm_head.weight')).toBe(true);
  });

  it('reads the last token by the token for padding, whatever the mask says', async () => {
    const texts = goldenOf('gpt2', 'GPT2ForSequenceClassification');
    const { model } = await buildModel(texts.config, weightsOf(texts));
    const { input_ids } = inputsOf(texts) as { readonly input_ids: Tensor };
    const { logits } = await runOnnx(model, { input_ids, attention_mask: int64(input_ids.dims, new Array(sizeOf(input_ids.dims)).fill(1)) });
    // Earlier tokens do not see the padding in either case.
    expect(differenceFrom(texts.outputs['logits'] as Sample, logits)).toBeLessThan(ROUNDING);
  });

  it('reads the last token by the mask where there is no token for padding', async () => {
    const texts = goldenOf('gpt2', 'GPT2ForSequenceClassification');
    const { pad_token_id: _, ...config } = texts.config;
    expect(await difference(texts, config)).toBeLessThan(ROUNDING);
  });

  it('refuses weights that do not divide into its heads', async () => {
    await expect(buildModel({ ...golden.config, n_head: 3 }, weightsOf(golden))).rejects.toMatchObject({ code: 'IMPORT_TOPOLOGY' });
  });

  it('gives numbers for a text that is padding only', async () => {
    const { model } = await buildModel(golden.config, weightsOf(golden));
    const { logits } = await runOnnx(model, { input_ids: int64([1, 3], [0, 0, 0]), attention_mask: int64([1, 3], [0, 0, 0]) });
    expect(logits && toNumbers(logits).every(Number.isFinite)).toBe(true);
  });
});

describe('Llama', () => {
  const golden = goldenOf('llama', 'LlamaForCausalLM');

  it.each(['linear', 'llama3'])('reads the rotary embedding of old configurations: %s', async (type) => {
    const scaled = goldenOf('llama', `LlamaModel {"rope_parameters": {"rope_type": "${type}"`);
    const { rope_parameters, ...config } = scaled.config;
    const { rope_theta, rope_type, ...factors } = rope_parameters as JsonObject;
    expect(await difference(scaled, { ...config, rope_theta, rope_scaling: { type: rope_type, ...factors } })).toBeLessThan(ROUNDING);
  });

  it('refuses a rotary embedding that it does not compute, by name', async () => {
    const config = { ...golden.config, rope_scaling: { type: 'yarn', factor: 4 } };
    await expect(buildModel(config, weightsOf(golden))).rejects.toMatchObject({
      code: 'IMPORT_LAYER_OPTION',
      message: expect.stringMatching(/yarn/),
    });
  });

  it('says which number of the rotary embedding is missing', async () => {
    const config = { ...golden.config, rope_parameters: { rope_type: 'linear', rope_theta: 1e4 } };
    await expect(buildModel(config, weightsOf(golden))).rejects.toMatchObject({
      code: 'IMPORT_TOPOLOGY',
      message: expect.stringMatching(/"factor"/),
    });
  });

  it.each([3, 5, 32])('refuses weights that do not divide into %i heads', async (heads) => {
    const config = { ...golden.config, num_attention_heads: heads };
    await expect(buildModel(config, weightsOf(golden))).rejects.toMatchObject({ code: 'IMPORT_TOPOLOGY' });
  });

  it('refuses keys that queries cannot share evenly', async () => {
    const keys = Object.fromEntries(['k', 'v'].map((part) => [`model.layers.0.self_attn.${part}_proj.weight`, [12, 16]]));
    const weights = weightsOf({ ...golden, weights: { ...golden.weights, ...keys } });
    await expect(buildModel(golden.config, weights)).rejects.toMatchObject({
      code: 'IMPORT_TOPOLOGY',
      message: expect.stringMatching(/3 equal heads/),
    });
  });

  it('leaves the frequencies of old files aside', async () => {
    const weights = weightsOf(golden);
    const old = new Map([...weights, ['model.layers.0.self_attn.rotary_emb.inv_freq', weights.get('model.norm.weight')]]) as StateDict;
    expect((await buildModel(golden.config, old)).unused).toEqual([]);
  });

  it('keeps a head that is not tied, although it begins as a copy of the embedding', async () => {
    const weights = weightsOf(golden);
    const same = new Map([...weights, ['lm_head.weight', weights.get('model.embed_tokens.weight')]]) as StateDict;
    expect(await buildModel(golden.config, same)).toMatchObject({ unused: [], initialised: [] });
  });

  it('gets a new head without a bias where the file has none', async () => {
    const base = only(weightsOf(golden), (name) => name.startsWith('model.'));
    const initialised = async (name: string): Promise<readonly string[]> => (await buildModel(golden.config, base, name)).initialised;
    expect(await initialised('LlamaForCausalLM')).toEqual(['lm_head.weight']);
    expect(await initialised('LlamaForSequenceClassification')).toEqual(['score.weight']);
    expect(await initialised('LlamaForTokenClassification')).toEqual(['score.weight', 'score.bias']);
  });
});

describe('Qwen2', () => {
  const golden = goldenOf('qwen2', 'Qwen2Model {"use_sliding_window"');

  it('has windows from a layer on where an old configuration names no types of layers', async () => {
    const { layer_types: _, ...config } = golden.config;
    expect(await difference(golden, { ...config, use_sliding_window: true })).toBeLessThan(ROUNDING);
  });

  it.each(['chunked_attention', 'sliding_attention'])('refuses %s without what it needs', async (type) => {
    const config = { ...golden.config, sliding_window: null, layer_types: ['full_attention', type] };
    await expect(buildModel(config, weightsOf(golden))).rejects.toMatchObject({ code: 'IMPORT_LAYER_OPTION' });
  });
});

describe('T5', () => {
  const golden = goldenOf('t5', 'T5EncoderModel');

  it('of a whole checkpoint is its encoder', async () => {
    const [some] = weightsOf(golden).values();
    const decoder = ['decoder.final_layer_norm.weight', 'lm_head.weight'].map((name) => [name, some] as const);
    const whole = new Map([...weightsOf(golden), ...decoder]) as StateDict;
    const config = { ...golden.config, architectures: ['T5ForConditionalGeneration'] };
    expect(await difference(golden, config, whole)).toBeLessThan(ROUNDING);
    expect((await buildModel(config, whole)).unused).toEqual(['decoder.final_layer_norm.weight', 'lm_head.weight']);
  });

  it('refuses more buckets than there are distances', async () => {
    const config = { ...golden.config, relative_attention_max_distance: 3 };
    await expect(buildModel(config, weightsOf(golden))).rejects.toMatchObject({
      code: 'IMPORT_TOPOLOGY',
      message: expect.stringMatching(/12 buckets/),
    });
  });

  it('has an embedding of its own where the file has another for the encoder', async () => {
    const own = { 'encoder.embed_tokens.weight': golden.weights['shared.weight'] as number[] };
    const { model, unused } = await buildModel(golden.config, new Map([...weightsOf(golden), ...weightsOf({ ...golden, weights: own })]));
    expect(model.graph.initializers.has('encoder.embed_tokens.weight')).toBe(true);
    expect(unused).toEqual(['shared.weight']);
  });
});
