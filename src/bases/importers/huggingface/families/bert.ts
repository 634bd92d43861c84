import * as z from 'zod';
import { add, embedding, layerNorm, linear, type Network, type Value } from '../../torch-layers/index.js';
import { count, family, withLabels } from '../family.js';
import { lastState, pooled, tiedScores, tokenClasses, type VocabularyHead, vocabularyScores } from '../text/heads.js';
import { paddingBias, positionRows, tokenInput } from '../text/inputs.js';
import { type LayerNames, postNormLayer } from '../text/post-norm-layer.js';

/** What models built of BERT's layers have in `config.json`. */
export const bertShape = {
  hidden_act: z.string().default('gelu'),
  layer_norm_eps: z.number().default(1e-12),
  num_attention_heads: count.default(12),
  num_hidden_layers: count.default(12),
  tie_word_embeddings: z.boolean().default(true),
};

/** A decoder does not look ahead, and other embeddings of places are added in every layer. */
export const PLAIN_ENCODER = { is_decoder: false, position_embedding_type: 'absolute' };

const bertConfig = withLabels(bertShape);

export type BertConfig = z.output<typeof bertConfig>;

export const BERT_LAYER: LayerNames = {
  query: 'attention.self.query',
  key: 'attention.self.key',
  value: 'attention.self.value',
  output: 'attention.output.dense',
  attentionNorm: 'attention.output.LayerNorm',
  wide: 'intermediate.dense',
  narrow: 'output.dense',
  norm: 'output.LayerNorm',
};

/** The layers of the encoder, with numbers added to the scores of attention. */
export function bertLayers(x: Value, base: string, config: BertConfig, biases: readonly Value[], names = BERT_LAYER): Value {
  const options = { heads: config.num_attention_heads, eps: config.layer_norm_eps, activation: config.hidden_act, biases };
  let state = x;
  for (let i = 0; i < config.num_hidden_layers; i++) state = postNormLayer(state, `${base}encoder.layer.${i}`, names, options);
  return state;
}

/** The sum of what words, places and kinds of text are embedded as, `[N, T, width]`, and the bias of attention. */
export function bertEmbeddings(net: Network, config: BertConfig, base: string): { readonly embedded: Value; readonly bias: Value } {
  const ids = tokenInput(net, 'input_ids');
  const bias = paddingBias(tokenInput(net, 'attention_mask'));
  const types = embedding(tokenInput(net, 'token_type_ids'), `${base}embeddings.token_type_embeddings.weight`);
  const words = embedding(ids, `${base}embeddings.word_embeddings.weight`);
  const summed = add(add(words, types), positionRows(ids, `${base}embeddings.position_embeddings.weight`));
  return { embedded: layerNorm(summed, `${base}embeddings.LayerNorm`, config.layer_norm_eps), bias };
}

/** The last hidden state `[N, T, width]`. */
function encode(net: Network, config: BertConfig, base: string): Value {
  const { embedded, bias } = bertEmbeddings(net, config, base);
  return bertLayers(embedded, base, config, [bias]);
}

function pool(x: Value, base: string): Value {
  return pooled(x, `${base}pooler.dense`);
}

export function tokenHead(config: BertConfig, base: string): VocabularyHead {
  return {
    dense: 'cls.predictions.transform.dense',
    norm: 'cls.predictions.transform.LayerNorm',
    decoder: 'cls.predictions.decoder',
    embedding: `${base}embeddings.word_embeddings.weight`,
    bias: 'cls.predictions.bias',
    eps: config.layer_norm_eps,
    activation: config.hidden_act,
  };
}

/** Scores of the vocabulary at each place. */
export function predictTokens(x: Value, config: BertConfig, base: string): Value {
  return vocabularyScores(x, tokenHead(config, base));
}

/** Devlin et al. 2018, arXiv:1810.04805. Source: transformers/models/bert/modeling_bert.py */
export const bert = family({
  type: 'bert',
  base: 'bert',
  config: bertConfig,
  only: PLAIN_ENCODER,
  copies: (config, base) => tiedScores(config, tokenHead(config, base)),
  classifier: { className: 'BertForSequenceClassification', layer: 'classifier' },
  classes: {
    BertModel: { build: (net, config, base) => lastState(encode(net, config, base), `${base}pooler.dense`) },
    BertForSequenceClassification: {
      head: /^(classifier|bert\.pooler)\./,
      build: (net, config, base) => ({ logits: linear(pool(encode(net, config, base), base), 'classifier', { units: config.labels }) }),
    },
    ...tokenClasses('Bert', encode),
    BertForMaskedLM: {
      head: /^cls\./,
      build: (net, config, base) => ({ logits: predictTokens(encode(net, config, base), config, base) }),
    },
    BertForNextSentencePrediction: {
      head: /^(cls|bert\.pooler)\./,
      build: (net, config, base) => ({ logits: linear(pool(encode(net, config, base), base), 'cls.seq_relationship', { units: 2 }) }),
    },
    BertForPreTraining: {
      head: /^(cls|bert\.pooler)\./,
      build: (net, config, base) => {
        const last = encode(net, config, base);
        const next = linear(pool(last, base), 'cls.seq_relationship', { units: 2 });
        return { prediction_logits: predictTokens(last, config, base), seq_relationship_logits: next };
      },
    },
  },
});
