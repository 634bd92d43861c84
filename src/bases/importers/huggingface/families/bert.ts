import * as z from 'zod';
import {
  activationOf,
  add,
  attend,
  embedding,
  layerNorm,
  linear,
  mergeHeads,
  type Network,
  splitHeads,
  tanh,
  type Value,
} from '../../torch-layers/index.js';
import { count, family, withLabels } from '../family.js';
import { answerSpan, vocabularyScores } from '../text/heads.js';
import { firstToken, paddingBias, positionRows, tokenInput } from '../text/inputs.js';

export const bertConfig = withLabels({
  hidden_act: z.string().default('gelu'),
  layer_norm_eps: z.number().default(1e-12),
  num_attention_heads: count.default(12),
  num_hidden_layers: count.default(12),
  tie_word_embeddings: z.boolean().default(true),
});

export type BertConfig = z.output<typeof bertConfig>;

/** Attention, then two wider layers, each with a sum and a normalisation behind it. */
export function bertLayer(x: Value, name: string, config: BertConfig, biases: readonly Value[]): Value {
  const eps = config.layer_norm_eps;
  const [q, k, v] = ['query', 'key', 'value'].map((part) => splitHeads(linear(x, `${name}.attention.self.${part}`), config.num_attention_heads));
  const attended = linear(mergeHeads(attend(q as Value, k as Value, v as Value, { biases })), `${name}.attention.output.dense`);
  const middle = layerNorm(add(attended, x), `${name}.attention.output.LayerNorm`, eps);
  const wide = activationOf(config.hidden_act, name)(linear(middle, `${name}.intermediate.dense`));
  return x.net.rename(layerNorm(add(linear(wide, `${name}.output.dense`), middle), `${name}.output.LayerNorm`, eps), name);
}

/** The last hidden state `[N, T, width]`. */
function encode(net: Network, config: BertConfig, base: string): Value {
  const ids = tokenInput(net, 'input_ids');
  const bias = paddingBias(tokenInput(net, 'attention_mask'));
  const types = embedding(tokenInput(net, 'token_type_ids'), `${base}embeddings.token_type_embeddings.weight`);
  const words = embedding(ids, `${base}embeddings.word_embeddings.weight`);
  const summed = add(add(words, types), positionRows(ids, `${base}embeddings.position_embeddings.weight`));
  let x = layerNorm(summed, `${base}embeddings.LayerNorm`, config.layer_norm_eps);
  for (let i = 0; i < config.num_hidden_layers; i++) x = bertLayer(x, `${base}encoder.layer.${i}`, config, [bias]);
  return x;
}

/** What BERT says of a whole text, from its first token: `[N, width]`. */
function pool(x: Value, base: string): Value {
  return tanh(linear(firstToken(x), `${base}pooler.dense`));
}

/** Scores of the vocabulary at each place. */
function predictTokens(x: Value, config: BertConfig, base: string): Value {
  const dense = activationOf(config.hidden_act, 'cls')(linear(x, 'cls.predictions.transform.dense'));
  const normal = layerNorm(dense, 'cls.predictions.transform.LayerNorm', config.layer_norm_eps);
  const vocabulary = {
    decoder: 'cls.predictions.decoder',
    embedding: `${base}embeddings.word_embeddings.weight`,
    bias: ['cls.predictions.bias', 'cls.predictions.decoder.bias'],
  };
  return vocabularyScores(normal, vocabulary, config.tie_word_embeddings);
}

/** Devlin et al. 2018, arXiv:1810.04805. Source: transformers/models/bert/modeling_bert.py */
export const bert = family({
  type: 'bert',
  base: 'bert',
  config: bertConfig,
  classes: {
    BertModel: {
      build: (net, config, base) => {
        const last = encode(net, config, base);
        return net.has(`${base}pooler.dense.weight`) ? { last_hidden_state: last, pooler_output: pool(last, base) } : { last_hidden_state: last };
      },
    },
    BertForSequenceClassification: {
      head: /^classifier\./,
      build: (net, config, base) => ({ logits: linear(pool(encode(net, config, base), base), 'classifier', { units: config.labels }) }),
    },
    BertForTokenClassification: {
      head: /^classifier\./,
      build: (net, config, base) => ({ logits: linear(encode(net, config, base), 'classifier', { units: config.labels }) }),
    },
    BertForQuestionAnswering: {
      head: /^qa_outputs\./,
      build: (net, config, base) => answerSpan(encode(net, config, base), 'qa_outputs'),
    },
    BertForMaskedLM: {
      head: /^cls\./,
      build: (net, config, base) => ({ logits: predictTokens(encode(net, config, base), config, base) }),
    },
    BertForNextSentencePrediction: {
      head: /^cls\./,
      build: (net, config, base) => ({ logits: linear(pool(encode(net, config, base), base), 'cls.seq_relationship', { units: 2 }) }),
    },
    BertForPreTraining: {
      head: /^cls\./,
      build: (net, config, base) => {
        const last = encode(net, config, base);
        const next = linear(pool(last, base), 'cls.seq_relationship', { units: 2 });
        return { prediction_logits: predictTokens(last, config, base), seq_relationship_logits: next };
      },
    },
  },
});
