import type * as z from 'zod';
import { activationOf, gelu, linear, type Network, squeeze, type Value } from '../../torch-layers/index.js';
import { count, family, withLabels } from '../family.js';
import { tiedScores, tokenClasses, type VocabularyHead, vocabularyScores } from '../text/heads.js';
import { bertEmbeddings, bertLayers, bertShape, PLAIN_ENCODER } from './bert.js';
import { classify } from './roberta.js';

const electraConfig = withLabels({ ...bertShape, num_attention_heads: count.default(4) });

type ElectraConfig = z.output<typeof electraConfig>;

/** The last hidden state `[N, T, width]`. */
function encode(net: Network, config: ElectraConfig, base: string): Value {
  const { embedded, bias } = bertEmbeddings(net, config, base);
  const project = `${base}embeddings_project`;
  return bertLayers(net.has(`${project}.weight`) ? linear(embedded, project) : embedded, base, config, [bias]);
}

/** Whether each token was replaced by the generator: scores `[N, T]`. */
function discriminate(x: Value, config: ElectraConfig): Value {
  const dense = linear(x, 'discriminator_predictions.dense', { units: Number(x.dims[2]) });
  const active = activationOf(config.hidden_act, 'discriminator_predictions')(dense);
  return squeeze(linear(active, 'discriminator_predictions.dense_prediction', { units: 1 }), [2]);
}

function tokenHead(config: ElectraConfig, base: string): VocabularyHead {
  return {
    dense: 'generator_predictions.dense',
    norm: 'generator_predictions.LayerNorm',
    decoder: 'generator_lm_head',
    embedding: `${base}embeddings.word_embeddings.weight`,
    bias: 'generator_lm_head.bias',
    eps: config.layer_norm_eps,
    activation: 'gelu',
  };
}

/** Scores of the vocabulary at each place. */
function predictTokens(x: Value, config: ElectraConfig, base: string): Value {
  return vocabularyScores(x, tokenHead(config, base));
}

/** Clark et al. 2020, arXiv:2003.10555. Source: transformers/models/electra/modeling_electra.py */
export const electra = family({
  type: 'electra',
  base: 'electra',
  config: electraConfig,
  only: PLAIN_ENCODER,
  copies: (config, base) => tiedScores(config, tokenHead(config, base)),
  classifier: { className: 'ElectraForSequenceClassification', layer: 'classifier.out_proj' },
  classes: {
    ElectraModel: { build: (net, config, base) => ({ last_hidden_state: encode(net, config, base) }) },
    ElectraForSequenceClassification: {
      head: /^classifier\./,
      build: (net, config, base) => ({ logits: classify(encode(net, config, base), config.labels, gelu) }),
    },
    ...tokenClasses('Electra', encode),
    ElectraForMaskedLM: {
      head: /^generator_/,
      build: (net, config, base) => ({ logits: predictTokens(encode(net, config, base), config, base) }),
    },
    ElectraForPreTraining: {
      head: /^discriminator_/,
      build: (net, config, base) => ({ logits: discriminate(encode(net, config, base), config) }),
    },
  },
});
