import * as z from 'zod';
import {
  activationOf,
  add,
  attend,
  embedding,
  linear,
  mergeHeads,
  multiply,
  type Network,
  rmsNorm,
  splitHeads,
  transpose,
  unsqueeze,
  type Value,
} from '../../torch-layers/index.js';
import { count, family, withLabels } from '../family.js';
import { paddingBias, tokenInput } from '../text/inputs.js';
import { relativeBuckets } from '../text/relative-buckets.js';

const t5Config = withLabels({
  feed_forward_proj: z.string().default('relu'),
  layer_norm_epsilon: z.number().default(1e-6),
  num_heads: count.default(8),
  num_layers: count.default(6),
  relative_attention_max_distance: count.max(2 ** 16).default(128),
});

type T5Config = z.output<typeof t5Config>;

/** The last hidden state of the encoder, `[N, T, width]`. */
function encode(net: Network, config: T5Config, base: string): Value {
  const ids = tokenInput(net, 'input_ids');
  const mask = tokenInput(net, 'attention_mask');
  const bias = add(distanceBias(ids, `${base}encoder.block.0.layer.0.SelfAttention.relative_attention_bias`, config), paddingBias(mask));
  const own = `${base}encoder.embed_tokens.weight`;
  // Two tables where the file has two.
  let x = embedding(ids, net.has(own) ? own : `${base}shared.weight`);
  for (let i = 0; i < config.num_layers; i++) x = t5Layer(x, `${base}encoder.block.${i}`, config, bias);
  return rmsNorm(x, `${base}encoder.final_layer_norm`, config.layer_norm_epsilon);
}

/** What every layer adds to the scores of attention by the distance of two tokens, learned for each head: `[1, heads, T, T]`. */
function distanceBias(ids: Value, name: string, config: T5Config): Value {
  const [count = 0] = ids.net.dimsOf(`${name}.weight`);
  const buckets = relativeBuckets(ids, count, config.relative_attention_max_distance);
  return unsqueeze(transpose(embedding(buckets, `${name}.weight`), [2, 0, 1]), [0]);
}

/** Attention and wider layers, each behind a normalisation and added to what it reads. */
function t5Layer(x: Value, name: string, config: T5Config, bias: Value): Value {
  const eps = config.layer_norm_epsilon;
  const attended = add(x, attention(rmsNorm(x, `${name}.layer.0.layer_norm`, eps), `${name}.layer.0.SelfAttention`, config, bias));
  const wide = feedForward(rmsNorm(attended, `${name}.layer.1.layer_norm`, eps), `${name}.layer.1.DenseReluDense`, config);
  return x.net.rename(add(attended, wide), name);
}

/** Attention whose scores are not scaled: the initial weights were chosen so that they need not be. */
function attention(x: Value, name: string, config: T5Config, bias: Value): Value {
  const [q, k, v] = ['q', 'k', 'v'].map((part) => splitHeads(linear(x, `${name}.${part}`), config.num_heads)) as [Value, Value, Value];
  return linear(mergeHeads(attend(q, k, v, { biases: [bias], factor: 1 })), `${name}.o`);
}

/** `relu` or `gated-gelu`: one wider layer with an activation, or the product of two of which one has it. */
function feedForward(x: Value, name: string, { feed_forward_proj: kind }: T5Config): Value {
  const isGated = kind.startsWith('gated-');
  // T5 1.1 computes what it calls "gelu" by its tanh approximation.
  const activation = activationOf(kind === 'gated-gelu' ? 'gelu_new' : kind.replace(/^gated-/, ''), name);
  const wide = isGated ? multiply(activation(linear(x, `${name}.wi_0`)), linear(x, `${name}.wi_1`)) : activation(linear(x, `${name}.wi`));
  return linear(wide, `${name}.wo`);
}

/** The encoder of T5: Raffel et al. 2020, arXiv:1910.10683. Source: transformers/models/t5/modeling_t5.py */
export const t5 = family({
  type: 't5',
  base: 'transformer',
  attributes: { num_attention_heads: 'num_heads', num_hidden_layers: 'num_layers' },
  config: t5Config,
  copies: (_, base) => ({ [`${base}encoder.embed_tokens.weight`]: `${base}shared.weight` }),
  classes: {
    T5EncoderModel: { build: (net, config, base) => ({ last_hidden_state: encode(net, config, base) }) },
    T5ForTokenClassification: {
      head: /^classifier\./,
      build: (net, config, base) => ({ logits: linear(encode(net, config, base), 'classifier', { units: config.labels }) }),
    },
  },
});
