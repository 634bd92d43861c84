import * as z from 'zod';
import { add, embedding, layerNorm, linear, type Network, relu, type Value } from '../../torch-layers/index.js';
import { count, family, withLabels } from '../family.js';
import { pooled, tiedScores, tokenClasses, type VocabularyHead, vocabularyScores } from '../text/heads.js';
import { paddingBias, positionRows, tokenInput } from '../text/inputs.js';
import { type LayerNames, postNormLayer } from '../text/post-norm-layer.js';

const distilbertConfig = withLabels({
  activation: z.string().default('gelu'),
  n_heads: count.default(12),
  n_layers: count.default(6),
  tie_word_embeddings: z.boolean().default(true),
});

type DistilbertConfig = z.output<typeof distilbertConfig>;

const EPS = 1e-12;

const LAYER: LayerNames = {
  query: 'attention.q_lin',
  key: 'attention.k_lin',
  value: 'attention.v_lin',
  output: 'attention.out_lin',
  attentionNorm: 'sa_layer_norm',
  wide: 'ffn.lin1',
  narrow: 'ffn.lin2',
  norm: 'output_layer_norm',
};

/** The last hidden state `[N, T, width]`. */
function encode(net: Network, config: DistilbertConfig, base: string): Value {
  const ids = tokenInput(net, 'input_ids');
  const biases = [paddingBias(tokenInput(net, 'attention_mask'))];
  const words = embedding(ids, `${base}embeddings.word_embeddings.weight`);
  const summed = add(words, positionRows(ids, `${base}embeddings.position_embeddings.weight`));
  const options = { heads: config.n_heads, eps: EPS, activation: config.activation, biases };
  let x = layerNorm(summed, `${base}embeddings.LayerNorm`, EPS);
  for (let i = 0; i < config.n_layers; i++) x = postNormLayer(x, `${base}transformer.layer.${i}`, LAYER, options);
  return x;
}

function tokenHead(config: DistilbertConfig, base: string): VocabularyHead {
  return {
    dense: 'vocab_transform',
    norm: 'vocab_layer_norm',
    decoder: 'vocab_projector',
    embedding: `${base}embeddings.word_embeddings.weight`,
    bias: 'vocab_projector.bias',
    eps: EPS,
    activation: config.activation,
  };
}

/** Scores of the vocabulary at each place. */
function predictTokens(x: Value, config: DistilbertConfig, base: string): Value {
  return vocabularyScores(x, tokenHead(config, base));
}

/** Sanh et al. 2019, arXiv:1910.01108. Source: transformers/models/distilbert/modeling_distilbert.py */
export const distilbert = family({
  type: 'distilbert',
  base: 'distilbert',
  attributes: { num_attention_heads: 'n_heads', num_hidden_layers: 'n_layers' },
  config: distilbertConfig,
  copies: (config, base) => tiedScores(config, tokenHead(config, base)),
  classifier: { className: 'DistilBertForSequenceClassification', layer: 'classifier' },
  classes: {
    DistilBertModel: { build: (net, config, base) => ({ last_hidden_state: encode(net, config, base) }) },
    DistilBertForSequenceClassification: {
      head: /^(pre_)?classifier\./,
      build: (net, config, base) => ({
        logits: linear(pooled(encode(net, config, base), 'pre_classifier', relu), 'classifier', { units: config.labels }),
      }),
    },
    ...tokenClasses('DistilBert', encode),
    DistilBertForMaskedLM: {
      head: /^vocab_/,
      build: (net, config, base) => ({ logits: predictTokens(encode(net, config, base), config, base) }),
    },
  },
});
