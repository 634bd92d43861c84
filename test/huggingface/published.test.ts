import { describe, expect, it } from 'vitest';
import { buildModel } from '../../src/bases/importers/huggingface/build.js';
import type { JsonObject } from '../../src/bases/importers/json.js';
import type { StateDict } from '../../src/bases/importers/state-dict/index.js';
import { int64, toNumbers } from '../../src/core/index.js';
import { type FamilyCase, familyCases, inputsOf, weightsOf } from '../support/huggingface-families.js';
import { runOnnx } from '../support/ort.js';
import { differenceFrom } from '../support/sample.js';

/** Some roundings of float32 in each layer, as a share of the largest value. */
const ROUNDING = 1e-5;

const caseOf = (type: string, name: string): FamilyCase => familyCases[type]?.[name] as FamilyCase;

/** What is built of a file, and how far it is from what transformers computed. */
async function read(golden: FamilyCase, weights: StateDict, config: JsonObject = golden.config) {
  const built = await buildModel(config, weights);
  const found = await runOnnx(built.model, inputsOf(golden));
  return { ...built, difference: Math.max(...Object.entries(golden.outputs).map(([name, sample]) => differenceFrom(sample, found[name]))) };
}

/** The weights with copies of some under other names: the name of the original by that of the copy. */
function withCopies(weights: StateDict, copies: Readonly<Record<string, string>>): StateDict {
  return new Map([...weights, ...Object.entries(copies).map(([copy, name]) => [copy, weights.get(name)] as const)]) as StateDict;
}

function renamed(weights: StateDict, rename: (name: string) => string): StateDict {
  return new Map([...weights].map(([name, weight]) => [rename(name), weight]));
}

function some(weights: StateDict) {
  return [...weights.values()][0];
}

function without(config: JsonObject, ...names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(config).filter(([name]) => !names.includes(name)));
}

describe('weights that published files hold beside those of the model', () => {
  it.each([
    ['bert', 'BertForMaskedLM', { 'cls.predictions.decoder.bias': 'cls.predictions.bias' }, 'cls.predictions.decoder.weight'],
    ['roberta', 'RobertaForMaskedLM', { 'lm_head.decoder.bias': 'lm_head.bias' }, 'lm_head.decoder.weight'],
    ['xlm-roberta', 'XLMRobertaForMaskedLM', { 'lm_head.decoder.bias': 'lm_head.bias' }, 'lm_head.decoder.weight'],
    ['camembert', 'CamembertForMaskedLM', { 'lm_head.decoder.bias': 'lm_head.bias' }, 'lm_head.decoder.weight'],
    ['distilbert', 'DistilBertForMaskedLM', {}, 'vocab_projector.weight'],
    ['albert', 'AlbertForMaskedLM', { 'predictions.decoder.bias': 'predictions.bias' }, 'predictions.decoder.weight'],
    ['electra', 'ElectraForMaskedLM', {}, 'generator_lm_head.weight'],
    ['mpnet', 'MPNetForMaskedLM', { 'lm_head.decoder.bias': 'lm_head.bias' }, 'lm_head.decoder.weight'],
    ['deberta-v2', 'DebertaV2ForMaskedLM', { 'cls.predictions.decoder.bias': 'cls.predictions.bias' }, 'cls.predictions.decoder.weight'],
  ] as const)('%s: tied weights once more, and numbers of places', async (type, name, copies, decoder) => {
    const golden = caseOf(type, name);
    const weights = weightsOf(golden);
    const embedding = [...weights.keys()].find((key) => key.endsWith('word_embeddings.weight')) as string;
    const ids = embedding.replace('word_embeddings.weight', 'position_ids');
    const bin = withCopies(weights, { ...copies, [decoder]: embedding, [ids]: embedding });
    expect(await read(golden, bin)).toMatchObject({ difference: expect.closeTo(0, 5), unused: [], initialised: [] });
  });

  it('DeBERTa: places that it does not add, but its pretrained heads are told as left out', async () => {
    const [name = '', golden] = Object.entries(familyCases['deberta-v2'] ?? {}).find(([, { config }]) => config['conv_kernel_size'] === 3) ?? [];
    expect(name).toMatch(/position_biased_input/);
    const model = renamed(weightsOf(golden as FamilyCase), (key) => `deberta.${key}`);
    const heads = ['lm_predictions.lm_head.bias', 'mask_predictions.dense.weight'];
    const all = [...heads, 'deberta.embeddings.position_embeddings.weight'].map((key) => [key, some(model)] as const);
    const config = without((golden as FamilyCase).config, 'architectures');
    const { difference, unused } = await read(golden as FamilyCase, new Map([...model, ...all]) as StateDict, config);
    expect(difference).toBeLessThan(ROUNDING);
    expect(unused).toEqual(heads);
  });

  it('DINOv2: a token for patches that were hidden in pretraining', async () => {
    const golden = caseOf('dinov2', 'Dinov2Model');
    const weights = weightsOf(golden);
    expect(weights.has('embeddings.mask_token')).toBe(true);
    expect((await read(golden, weights)).unused).toEqual([]);
  });

  it('CLIP: a normalisation that its classifier does not look at', async () => {
    const golden = caseOf('clip', 'CLIPForImageClassification');
    expect((await read(golden, weightsOf(golden))).unused).toEqual([]);
  });
});

describe('tied weights', () => {
  it('are two where the file has two', async () => {
    const golden = caseOf('bert', 'BertForMaskedLM {"tie_word_embeddings": false}');
    const { difference } = await read(golden, weightsOf(golden), without(golden.config, 'tie_word_embeddings'));
    expect(difference).toBeLessThan(ROUNDING);
  });

  it.each([
    ['bert', 'BertForMaskedLM', 'bert.embeddings.word_embeddings.weight', 'cls.predictions.decoder.weight'],
    ['gpt2', 'GPT2LMHeadModel', 'transformer.wte.weight', 'lm_head.weight'],
    ['t5', 'T5EncoderModel', 'shared.weight', 'encoder.embed_tokens.weight'],
  ])('of %s are found where the file has them under the other name only', async (type, name, embedding, head) => {
    const golden = caseOf(type, name);
    const { difference, unused, initialised } = await read(
      golden,
      renamed(weightsOf(golden), (key) => (key === embedding ? head : key)),
    );
    expect(difference).toBeLessThan(ROUNDING);
    expect([...unused, ...initialised]).toEqual([]);
  });
});

describe('configurations of published files', () => {
  it('all-mpnet names a class whose head it has not, and no prefix', async () => {
    const golden = caseOf('mpnet', 'MPNetModel');
    const file = withCopies(weightsOf(golden), { 'embeddings.position_ids': 'embeddings.LayerNorm.bias' });
    const { className, difference, unused, initialised } = await read(golden, file, { ...golden.config, architectures: ['MPNetForMaskedLM'] });
    expect([className, ...unused, ...initialised]).toEqual(['MPNetModel']);
    expect(difference).toBeLessThan(ROUNDING);
  });

  it.each([
    ['gpt2', 'GPT2Model', { n_head: 'num_attention_heads', n_layer: 'num_hidden_layers' }],
    ['distilbert', 'DistilBertModel', { n_heads: 'num_attention_heads', n_layers: 'num_hidden_layers' }],
    ['t5', 'T5EncoderModel', { num_heads: 'num_attention_heads', num_layers: 'num_hidden_layers' }],
  ])('%s: entries by the names that all families share', async (type, name, names) => {
    const golden = caseOf(type, name);
    const config = Object.fromEntries(Object.entries(golden.config).map(([key, value]) => [(names as Record<string, string>)[key] ?? key, value]));
    expect((await read(golden, weightsOf(golden), config)).difference).toBeLessThan(ROUNDING);
  });

  it('counts classes by their names, whatever the number beside them says', async () => {
    const golden = caseOf('bert', 'BertForSequenceClassification');
    const labels = { id2label: { 0: 'a', 1: 'b', 2: 'c' }, num_labels: 2 };
    expect((await read(golden, weightsOf(golden), { ...golden.config, ...labels })).difference).toBeLessThan(ROUNDING);
  });

  it('without architectures, with null for defaults and with entries that nobody knows', async () => {
    const golden = caseOf('bert', 'BertModel');
    const config = {
      ...golden.config,
      architectures: null,
      position_embedding_type: 'absolute',
      quantization_config: null,
      torch_dtype: 'float16',
      pad_token_id: null,
      classifier_dropout: null,
      layer_norm_eps: null,
      gradient_checkpointing: false,
      _num_labels: 5,
      'transformers.js_config': { dtype: 'q8' },
    };
    const { difference, unused, initialised } = await read(golden, weightsOf(golden), config);
    expect(difference).toBeLessThan(ROUNDING);
    expect([...unused, ...initialised]).toEqual([]);
  });

  it('tells the type by the class where an early file does not name it', async () => {
    const golden = caseOf('bert', 'BertModel');
    const config = without(golden.config, 'model_type');
    expect((await read(golden, weightsOf(golden), { ...config, architectures: ['BertModel'] })).difference).toBeLessThan(ROUNDING);
    const bare = without(config, 'architectures');
    expect((await buildModel(bare, weightsOf(golden), 'BertModel')).className).toBe('BertModel');
    await expect(buildModel(bare, weightsOf(golden))).rejects.toMatchObject({ code: 'IMPORT_MODEL_TYPE_UNKNOWN' });
  });

  it.each(['gelu_accurate', 'gelu_python_tanh', 'gelu_fast', 'gelu_pytorch_tanh'])('%s is gelu_new by another name', async (hidden_act) => {
    const golden = caseOf('bert', 'BertModel {"hidden_act": "gelu_new", "num_labels": 3}');
    expect((await read(golden, weightsOf(golden), { ...golden.config, hidden_act })).difference).toBeLessThan(ROUNDING);
  });

  it.each([
    ['bert', 'BertModel', { position_embedding_type: 'relative_key_query' }, /position_embedding_type = relative_key_query/],
    ['roberta', 'RobertaModel', { is_decoder: true }, /is_decoder = true/],
    ['qwen2', 'Qwen2Model', { is_causal: false }, /is_causal = false/],
    ['gpt2', 'GPT2Model', { is_causal: false }, /is_causal = false/],
    ['llama', 'LlamaModel', { quantization_config: { quant_method: 'bitsandbytes' } }, /quantization_config = bitsandbytes/],
    ['t5', 'T5EncoderModel', { feed_forward_proj: 'gated-gelu_10' }, /activation = gelu_10/],
  ] as const)('%s refuses by name what it would compute otherwise', async (type, name, option, message) => {
    const golden = caseOf(type, name);
    const built = buildModel({ ...golden.config, ...option }, weightsOf(golden));
    await expect(built).rejects.toMatchObject({ code: 'IMPORT_LAYER_OPTION', message: expect.stringMatching(message) });
  });
});

describe('the length of texts', () => {
  const models = ['bert', 'roberta', 'distilbert', 'albert', 'electra', 'mpnet', 'deberta-v2', 't5', 'gpt2', 'llama', 'mistral', 'qwen2', 'qwen3'];
  const build = async (type: string) => {
    const [[, golden] = []] = Object.entries(familyCases[type] ?? {});
    const { model } = await buildModel((golden as FamilyCase).config, weightsOf(golden as FamilyCase));
    return (rows: readonly (readonly number[])[]) => {
      const dims = [rows.length, rows[0]?.length ?? 0];
      const fill = (value: number) => int64(dims, new Array(rows.flat().length).fill(value));
      const inputs = { input_ids: int64(dims, rows.flat()), attention_mask: fill(1), token_type_ids: fill(0) };
      return runOnnx(model, Object.fromEntries(model.graph.inputs.map(({ name }) => [name, inputs[name as 'input_ids']])));
    };
  };

  it.each(models)('%s: a text is the same alone and among others, down to one token', async (type) => {
    const run = await build(type);
    for (const length of [1, 3, 7]) {
      const texts = [3, 5, 7].map((start) => Array.from({ length }, (_, i) => start + i));
      const state = async (rows: number[][]) => toNumbers((await run(rows))['last_hidden_state'] as never);
      const [together, alone] = [await state(texts), await state(texts.slice(1, 2))];
      // The same products in sums of another order.
      for (const [i, value] of alone.entries()) expect(together[alone.length + i]).toBeCloseTo(value, 4);
    }
  });

  it.each(['bert', 'roberta', 'distilbert', 'albert', 'electra', 'mpnet', 'gpt2'])('%s: refuses a text that is too long', async (type) => {
    const run = await build(type);
    await expect(run([new Array(600).fill(5)])).rejects.toThrow();
  });
});
