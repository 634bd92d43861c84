import * as z from 'zod';
import {
  activationOf,
  add,
  conv,
  embedding,
  layerNorm,
  linear,
  multiply,
  type Network,
  transpose,
  unsqueeze,
  type Value,
} from '../../torch-layers/index.js';
import { count, family, withLabels } from '../family.js';
import { type Distances, disentangledAttention, type PositionTerm } from '../text/disentangled-attention.js';
import { byDistance, forHeads } from '../text/distances.js';
import { pooled, tiedScores, tokenClasses, type VocabularyHead, vocabularyScores } from '../text/heads.js';
import { maskOf, pairsOfWords, positionRows, tokenInput } from '../text/inputs.js';
import { afterAttention } from '../text/post-norm-layer.js';
import { BERT_LAYER, bertShape, predictTokens, tokenHead } from './bert.js';

const listed = z.union([z.string().transform((text) => text.toLowerCase().split('|')), z.array(z.string())]);

const debertaConfig = withLabels({
  ...bertShape,
  conv_act: z.string().default('tanh'),
  conv_kernel_size: z.int().default(0),
  layer_norm_eps: z.number().default(1e-7),
  legacy: z.boolean().default(true),
  max_position_embeddings: count.default(512),
  max_relative_positions: z.int().default(-1),
  norm_rel_ebd: listed.default([]),
  num_attention_heads: count.default(24),
  num_hidden_layers: count.default(24),
  pooler_hidden_act: z.string().default('gelu'),
  pos_att_type: listed.default([]),
  position_biased_input: z.boolean().default(true),
  // An odd number, which no published model has, would not end at twice the farthest distance.
  position_buckets: z.int().multipleOf(2).or(z.literal(-1)).default(-1),
  relative_attention: z.boolean().default(false),
  share_att_key: z.boolean().default(false),
  type_vocab_size: z.int().default(0),
});

type DebertaConfig = z.output<typeof debertaConfig>;

/** Distances near a place have a bucket each, farther ones share them by their logarithm, which PyTorch computes in single precision. */
function bucketOf(distance: number, buckets: number, farthest: number): number {
  const half = Math.floor(buckets / 2);
  const far = Math.abs(distance);
  if (far <= half) return distance;
  const log = (value: number): number => Math.fround(Math.log(Math.fround(value)));
  const share = Math.fround(log(far / half) / log((farthest - 1) / half));
  return Math.sign(distance) * (Math.ceil(Math.fround(share * (half - 1))) + half);
}

/** Embedded distances, of which the same are used in all layers. */
function distancesOf(ids: Value, config: DebertaConfig, base: string): Distances {
  const farthest = config.max_relative_positions < 1 ? config.max_position_embeddings : config.max_relative_positions;
  const buckets = config.position_buckets;
  const span = buckets > 0 ? buckets : farthest;
  const entryOf = (distance: number): number => {
    const bucket = buckets > 0 ? bucketOf(distance, buckets, farthest) : distance;
    return Math.max(0, Math.min(bucket + span, 2 * span - 1));
  };
  const table = ids.net.parameter(`${base}encoder.rel_embeddings.weight`, [2 * span, undefined]);
  // At twice the farthest distance all are in the last bucket.
  const entries = byDistance(ids, 2 * farthest, entryOf);
  const isNormal = config.norm_rel_ebd.some((name) => name.trim() === 'layer_norm');
  return {
    embedded: isNormal ? layerNorm(table, `${base}encoder.LayerNorm`, config.layer_norm_eps) : table,
    entries: forHeads(entries, ids, config.num_attention_heads),
    entriesOfKeys: forHeads(transpose(entries, [1, 0]), ids, config.num_attention_heads),
    isShared: config.share_att_key,
  };
}

/** Words, places and kinds of text as far as the model has them; nothing for padding. `[N, T, width]` */
function embed(ids: Value, kept: Value, config: DebertaConfig, base: string): Value {
  let x = embedding(ids, `${base}embeddings.word_embeddings.weight`);
  if (config.position_biased_input) x = add(x, positionRows(ids, `${base}embeddings.position_embeddings.weight`));
  if (config.type_vocab_size > 0) {
    x = add(x, embedding(tokenInput(ids.net, 'token_type_ids'), `${base}embeddings.token_type_embeddings.weight`));
  }
  const project = `${base}embeddings.embed_proj`;
  if (ids.net.has(`${project}.weight`)) x = linear(x, project);
  return multiply(layerNorm(x, `${base}embeddings.LayerNorm`, config.layer_norm_eps), kept);
}

/** What the first layer gives, and a convolution of what it was given. */
function convolve(x: Value, first: Value, kept: Value, config: DebertaConfig, base: string): Value {
  const convolved = transpose(conv(transpose(x, [0, 2, 1]), `${base}encoder.conv.conv`, { padding: 'half' }), [0, 2, 1]);
  const active = activationOf(config.conv_act, `${base}encoder.conv`)(multiply(convolved, kept));
  return multiply(layerNorm(add(first, active), `${base}encoder.conv.LayerNorm`, config.layer_norm_eps), kept);
}

/** The last hidden state `[N, T, width]`. */
function encode(net: Network, config: DebertaConfig, base: string): Value {
  const ids = tokenInput(net, 'input_ids');
  const mask = tokenInput(net, 'attention_mask');
  const [seen, kept] = [pairsOfWords(mask), unsqueeze(maskOf(mask), [2])];
  const embedded = embed(ids, kept, config, base);
  const terms = (['c2p', 'p2c'] as const).filter((term: PositionTerm) => config.pos_att_type.some((type) => type.trim() === term));
  const distances = config.relative_attention ? distancesOf(ids, config, base) : undefined;
  const attention = { heads: config.num_attention_heads, seen, terms, distances };
  const options = { eps: config.layer_norm_eps, activation: config.hidden_act };
  let x = embedded;
  for (let i = 0; i < config.num_hidden_layers; i++) {
    const name = `${base}encoder.layer.${i}`;
    x = afterAttention(x, disentangledAttention(x, `${name}.attention.self`, attention), name, BERT_LAYER, options);
    if (i === 0 && config.conv_kernel_size > 0) x = convolve(embedded, x, kept, config, base);
  }
  return x;
}

function pretrainedHead(config: DebertaConfig, base: string): VocabularyHead {
  return {
    dense: 'lm_predictions.lm_head.dense',
    norm: 'lm_predictions.lm_head.LayerNorm',
    decoder: 'lm_predictions.lm_head',
    embedding: `${base}embeddings.word_embeddings.weight`,
    bias: 'lm_predictions.lm_head.bias',
    eps: config.layer_norm_eps,
    activation: config.hidden_act,
  };
}

/** Scores of the vocabulary at each place, by the head that the models were pretrained with. */
function predictByPretrained(x: Value, config: DebertaConfig, base: string): Value {
  return vocabularyScores(x, pretrainedHead(config, base));
}

/** He et al. 2021, arXiv:2111.09543, and what went before it. Source: transformers/models/deberta_v2/modeling_deberta_v2.py */
export const debertaV2 = family({
  type: 'deberta-v2',
  base: 'deberta',
  config: debertaConfig,
  // Files have it even where places are not added.
  unneeded: /^(?:deberta\.)?embeddings\.position_embeddings\.weight$/,
  copies: (config, base) => tiedScores(config, config.legacy ? tokenHead(config, base) : pretrainedHead(config, base)),
  classifier: { className: 'DebertaV2ForSequenceClassification', layer: 'classifier' },
  classes: {
    DebertaV2Model: { build: (net, config, base) => ({ last_hidden_state: encode(net, config, base) }) },
    DebertaV2ForSequenceClassification: {
      head: /^(classifier|pooler)\./,
      build: (net, config, base) => {
        const whole = pooled(encode(net, config, base), 'pooler.dense', activationOf(config.pooler_hidden_act, 'pooler'));
        return { logits: linear(whole, 'classifier', { units: config.labels }) };
      },
    },
    ...tokenClasses('DebertaV2', encode),
    DebertaV2ForMaskedLM: {
      head: /^(cls|lm_predictions)\./,
      build: (net, config, base) => {
        const last = encode(net, config, base);
        return { logits: config.legacy ? predictTokens(last, config, base) : predictByPretrained(last, config, base) };
      },
    },
  },
});
