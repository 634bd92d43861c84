import * as z from 'zod';
import {
  activationOf,
  add,
  attend,
  embedding,
  layerNorm,
  linear,
  linearColumns,
  mergeHeads,
  type Network,
  split,
  splitHeads,
  type Value,
} from '../../torch-layers/index.js';
import { count, family, withLabels } from '../family.js';
import { CAUSAL, type Decoded, nextTokenScores, scoreText, tiedHead } from '../text/decoder-heads.js';
import { answerSpan } from '../text/heads.js';
import { positionRows, tokenInput } from '../text/inputs.js';
import { causalBias } from '../text/masks.js';

const gpt2Config = withLabels({
  activation_function: z.string().default('gelu_new'),
  layer_norm_epsilon: z.number().default(1e-5),
  n_head: count.default(12),
  n_layer: count.default(12),
  pad_token_id: z.int().exactOptional(),
  scale_attn_by_inverse_layer_idx: z.boolean().default(false),
  scale_attn_weights: z.boolean().default(true),
  tie_word_embeddings: z.boolean().default(true),
});

type Gpt2Config = z.output<typeof gpt2Config>;

function decode(net: Network, config: Gpt2Config, base: string): Decoded {
  const ids = tokenInput(net, 'input_ids');
  const mask = tokenInput(net, 'attention_mask');
  const bias = causalBias(mask);
  let x = add(embedding(ids, `${base}wte.weight`), positionRows(ids, `${base}wpe.weight`));
  for (let i = 0; i < config.n_layer; i++) x = gpt2Layer(x, `${base}h.${i}`, config, { bias, divisor: layerDivisor(config, i) });
  return { last: layerNorm(x, `${base}ln_f`, config.layer_norm_epsilon), ids, mask };
}

/** What the scores of attention are divided by beside the root of the width. */
function layerDivisor({ scale_attn_by_inverse_layer_idx: byLayer }: Gpt2Config, layer: number): number {
  return byLayer ? layer + 1 : 1;
}

interface Scores {
  /** Added to the scores of attention. */
  readonly bias: Value;
  readonly divisor: number;
}

/** Attention and two wider layers, each behind a normalisation and added to what it reads. */
function gpt2Layer(x: Value, name: string, config: Gpt2Config, scores: Scores): Value {
  const eps = config.layer_norm_epsilon;
  const attended = add(attention(layerNorm(x, `${name}.ln_1`, eps), `${name}.attn`, config, scores), x);
  const wide = linearColumns(layerNorm(attended, `${name}.ln_2`, eps), `${name}.mlp.c_fc`);
  return x.net.rename(add(attended, linearColumns(activationOf(config.activation_function, name)(wide), `${name}.mlp.c_proj`)), name);
}

function attention(x: Value, name: string, config: Gpt2Config, { bias, divisor }: Scores): Value {
  const [q, k, v] = split(linearColumns(x, `${name}.c_attn`), 3, 2).map((part) => splitHeads(part, config.n_head)) as [Value, Value, Value];
  const factor = (config.scale_attn_weights ? 1 / Math.sqrt(Number(q.dims[3])) : 1) / divisor;
  return linearColumns(mergeHeads(attend(q, k, v, { biases: [bias], factor })), `${name}.c_proj`);
}

/** Radford et al. 2019, Language Models are Unsupervised Multitask Learners. Source: transformers/models/gpt2/modeling_gpt2.py */
export const gpt2 = family({
  type: 'gpt2',
  base: 'transformer',
  attributes: { num_attention_heads: 'n_head', num_hidden_layers: 'n_layer' },
  config: gpt2Config,
  only: CAUSAL,
  copies: (config, base) => tiedHead(config, `${base}wte.weight`),
  classes: {
    GPT2Model: { build: (net, config, base) => ({ last_hidden_state: decode(net, config, base).last }) },
    GPT2LMHeadModel: {
      head: /^lm_head\.weight$/,
      build: (net, config, base) => ({
        logits: nextTokenScores(decode(net, config, base), `${base}wte.weight`, config.tie_word_embeddings),
      }),
    },
    GPT2ForSequenceClassification: {
      head: /^score\.weight$/,
      build: (net, config, base) => ({ logits: scoreText(decode(net, config, base), config.labels, config.pad_token_id) }),
    },
    GPT2ForTokenClassification: {
      head: /^classifier\./,
      build: (net, config, base) => ({ logits: linear(decode(net, config, base).last, 'classifier', { units: config.labels }) }),
    },
    GPT2ForQuestionAnswering: {
      head: /^qa_outputs\./,
      build: (net, config, base) => answerSpan(decode(net, config, base).last, 'qa_outputs'),
    },
  },
});
