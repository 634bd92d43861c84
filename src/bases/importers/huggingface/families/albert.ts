import * as z from 'zod';
import { linear, type Network, type Value } from '../../torch-layers/index.js';
import { count, family, sharedCount, withLabels } from '../family.js';
import { lastState, pooled, tiedScores, tokenClasses, type VocabularyHead, vocabularyScores } from '../text/heads.js';
import { type LayerNames, postNormLayer } from '../text/post-norm-layer.js';
import { bertEmbeddings, bertShape, PLAIN_ENCODER } from './bert.js';

const albertConfig = withLabels({
  ...bertShape,
  hidden_act: z.string().default('gelu_new'),
  inner_group_num: count.default(1),
  num_attention_heads: count.default(64),
  num_hidden_groups: count.default(1),
  num_hidden_layers: sharedCount.default(12),
});

type AlbertConfig = z.output<typeof albertConfig>;

const LAYER: LayerNames = {
  query: 'attention.query',
  key: 'attention.key',
  value: 'attention.value',
  output: 'attention.dense',
  attentionNorm: 'attention.LayerNorm',
  wide: 'ffn',
  narrow: 'ffn_output',
  norm: 'full_layer_layer_norm',
};

/** The last hidden state `[N, T, width]`, of layers that share the weights of their group. */
function encode(net: Network, config: AlbertConfig, base: string): Value {
  const { embedded, bias } = bertEmbeddings(net, config, base);
  const options = { heads: config.num_attention_heads, eps: config.layer_norm_eps, activation: config.hidden_act, biases: [bias] };
  let x = linear(embedded, `${base}encoder.embedding_hidden_mapping_in`);
  for (let i = 0; i < config.num_hidden_layers; i++) {
    const group = `${base}encoder.albert_layer_groups.${Math.floor(i / (config.num_hidden_layers / config.num_hidden_groups))}`;
    for (let inner = 0; inner < config.inner_group_num; inner++) x = postNormLayer(x, `${group}.albert_layers.${inner}`, LAYER, options);
  }
  return x;
}

function tokenHead(config: AlbertConfig, base: string): VocabularyHead {
  return {
    dense: 'predictions.dense',
    norm: 'predictions.LayerNorm',
    decoder: 'predictions.decoder',
    embedding: `${base}embeddings.word_embeddings.weight`,
    bias: 'predictions.bias',
    eps: config.layer_norm_eps,
    activation: config.hidden_act,
  };
}

/** Scores of the vocabulary at each place. */
function predictTokens(x: Value, config: AlbertConfig, base: string): Value {
  return vocabularyScores(x, tokenHead(config, base));
}

/** Scores of classes of whole texts: `[N, labels]`. */
function classify(x: Value, layer: string, config: AlbertConfig, base: string): Value {
  return linear(pooled(x, `${base}pooler`), layer, { units: config.labels });
}

/** Lan et al. 2019, arXiv:1909.11942. Source: transformers/models/albert/modeling_albert.py */
export const albert = family({
  type: 'albert',
  base: 'albert',
  config: albertConfig,
  only: PLAIN_ENCODER,
  copies: (config, base) => tiedScores(config, tokenHead(config, base)),
  classifier: { className: 'AlbertForSequenceClassification', layer: 'classifier' },
  classes: {
    AlbertModel: { build: (net, config, base) => lastState(encode(net, config, base), `${base}pooler`) },
    AlbertForSequenceClassification: {
      head: /^(classifier|albert\.pooler)\./,
      build: (net, config, base) => ({ logits: classify(encode(net, config, base), 'classifier', config, base) }),
    },
    ...tokenClasses('Albert', encode),
    AlbertForMaskedLM: {
      head: /^predictions\./,
      build: (net, config, base) => ({ logits: predictTokens(encode(net, config, base), config, base) }),
    },
    AlbertForPreTraining: {
      head: /^(predictions|sop_classifier|albert\.pooler)\./,
      build: (net, config, base) => {
        const last = encode(net, config, base);
        return { prediction_logits: predictTokens(last, config, base), sop_logits: classify(last, 'sop_classifier.classifier', config, base) };
      },
    },
  },
});
