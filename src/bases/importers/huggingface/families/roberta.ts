import * as z from 'zod';
import { add, embedding, layerNorm, linear, type Network, select, tanh, type Value } from '../../torch-layers/index.js';
import { type Family, family, withLabels } from '../family.js';
import { lastState, pooled, tiedScores, tokenClasses, type VocabularyHead, vocabularyScores } from '../text/heads.js';
import { paddingBias, positionRowsWithoutPadding, tokenInput } from '../text/inputs.js';
import { type BertConfig, bertLayers, bertShape, PLAIN_ENCODER } from './bert.js';

const robertaConfig = withLabels({ ...bertShape, pad_token_id: z.int().min(0).default(1) });

type RobertaConfig = z.output<typeof robertaConfig>;

/** The last hidden state `[N, T, width]`. Tokenizers give no types of tokens: all are of type 0. */
function encode(net: Network, config: RobertaConfig, base: string): Value {
  const ids = tokenInput(net, 'input_ids');
  const bias = paddingBias(tokenInput(net, 'attention_mask'));
  const words = embedding(ids, `${base}embeddings.word_embeddings.weight`);
  const type = select(net.parameter(`${base}embeddings.token_type_embeddings.weight`, [undefined, Number(words.dims[2])]), 0, 0);
  const positions = positionRowsWithoutPadding(ids, `${base}embeddings.position_embeddings.weight`, config.pad_token_id);
  const embedded = layerNorm(add(add(words, type), positions), `${base}embeddings.LayerNorm`, config.layer_norm_eps);
  return bertLayers(embedded, base, config, [bias]);
}

/** Scores of classes from the first token, by `classifier.dense` and `classifier.out_proj`: `[N, labels]`. */
export function classify(x: Value, labels: number, activation = tanh): Value {
  return linear(pooled(x, 'classifier.dense', activation), 'classifier.out_proj', { units: labels });
}

export function tokenHead(config: Pick<BertConfig, 'layer_norm_eps' | 'tie_word_embeddings'>, base: string): VocabularyHead {
  return {
    dense: 'lm_head.dense',
    norm: 'lm_head.layer_norm',
    decoder: 'lm_head.decoder',
    embedding: `${base}embeddings.word_embeddings.weight`,
    bias: 'lm_head.bias',
    eps: config.layer_norm_eps,
    activation: 'gelu',
  };
}

/** Scores of the vocabulary at each place, by `lm_head`. */
export function predictTokens(x: Value, config: Pick<BertConfig, 'layer_norm_eps' | 'tie_word_embeddings'>, base: string): Value {
  return vocabularyScores(x, tokenHead(config, base));
}

/** The models of a type that differ in their tokenizers only. */
function robertaFamily(type: string, name: string): Family {
  return family({
    type,
    base: 'roberta',
    config: robertaConfig,
    only: PLAIN_ENCODER,
    copies: (config, base) => tiedScores(config, tokenHead(config, base)),
    classifier: { className: `${name}ForSequenceClassification`, layer: 'classifier.out_proj' },
    classes: {
      [`${name}Model`]: { build: (net, config, base) => lastState(encode(net, config, base), `${base}pooler.dense`) },
      [`${name}ForSequenceClassification`]: {
        head: /^classifier\./,
        build: (net, config, base) => ({ logits: classify(encode(net, config, base), config.labels) }),
      },
      ...tokenClasses(name, encode),
      [`${name}ForMaskedLM`]: {
        head: /^lm_head\./,
        build: (net, config, base) => ({ logits: predictTokens(encode(net, config, base), config, base) }),
      },
    },
  });
}

/** Liu et al. 2019, arXiv:1907.11692. Source: transformers/models/roberta/modeling_roberta.py */
export const roberta = robertaFamily('roberta', 'Roberta');

/** Conneau et al. 2019, arXiv:1911.02116. Source: transformers/models/xlm_roberta/modeling_xlm_roberta.py */
export const xlmRoberta = robertaFamily('xlm-roberta', 'XLMRoberta');

/** Martin et al. 2019, arXiv:1911.03894. Source: transformers/models/camembert/modeling_camembert.py */
export const camembert = robertaFamily('camembert', 'Camembert');
