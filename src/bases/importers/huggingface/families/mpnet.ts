import type * as z from 'zod';
import { add, embedding, layerNorm, type Network, transpose, unsqueeze, type Value } from '../../torch-layers/index.js';
import { family, withLabels } from '../family.js';
import { byDistance } from '../text/distances.js';
import { lastState, tiedScores, tokenClasses } from '../text/heads.js';
import { paddingBias, positionRowsWithoutPadding, tokenInput } from '../text/inputs.js';
import type { LayerNames } from '../text/post-norm-layer.js';
import { bertLayers, bertShape } from './bert.js';
import { classify, predictTokens, tokenHead } from './roberta.js';

const mpnetConfig = withLabels(bertShape);

type MpnetConfig = z.output<typeof mpnetConfig>;

/** The token that is padding in every MPNet, whatever its configuration says. */
const PADDING = 1;

const LAYER: LayerNames = {
  query: 'attention.attn.q',
  key: 'attention.attn.k',
  value: 'attention.attn.v',
  output: 'attention.attn.o',
  attentionNorm: 'attention.LayerNorm',
  wide: 'intermediate.dense',
  narrow: 'output.dense',
  norm: 'output.LayerNorm',
};

const BUCKETS_OF_A_SIDE = 16;
/** Distances below have a bucket each. */
const EXACT = 8;
/** From here on all are in the last bucket. */
const FARTHEST = 128;

/** The bucket of a distance, query − key, which PyTorch computes in single precision. Raffel et al. 2019, arXiv:1910.10683 */
function bucketOf(distance: number): number {
  const side = distance < 0 ? BUCKETS_OF_A_SIDE : 0;
  const far = Math.abs(distance);
  if (far < EXACT) return side + far;
  const log = (value: number): number => Math.fround(Math.log(Math.fround(value)));
  const share = Math.fround(log(far / EXACT) / Math.fround(Math.log(FARTHEST / EXACT)));
  return side + Math.min(EXACT + Math.trunc(Math.fround(share * (BUCKETS_OF_A_SIDE - EXACT))), BUCKETS_OF_A_SIDE - 1);
}

/** What is added to the scores of attention for the distance of two tokens: `[1, heads, T, T]`. */
function distanceBias(ids: Value, base: string): Value {
  const biases = embedding(byDistance(ids, FARTHEST, bucketOf), `${base}encoder.relative_attention_bias.weight`);
  return unsqueeze(transpose(biases, [2, 0, 1]), [0]);
}

/** The last hidden state `[N, T, width]`. */
function encode(net: Network, config: MpnetConfig, base: string): Value {
  const ids = tokenInput(net, 'input_ids');
  const padding = paddingBias(tokenInput(net, 'attention_mask'));
  const words = embedding(ids, `${base}embeddings.word_embeddings.weight`);
  const positions = positionRowsWithoutPadding(ids, `${base}embeddings.position_embeddings.weight`, PADDING);
  const embedded = layerNorm(add(words, positions), `${base}embeddings.LayerNorm`, config.layer_norm_eps);
  return bertLayers(embedded, base, config, [distanceBias(ids, base), padding], LAYER);
}

/** Song et al. 2020, arXiv:2004.09297. Source: transformers/models/mpnet/modeling_mpnet.py */
export const mpnet = family({
  type: 'mpnet',
  base: 'mpnet',
  config: mpnetConfig,
  copies: (config, base) => tiedScores(config, tokenHead(config, base)),
  classifier: { className: 'MPNetForSequenceClassification', layer: 'classifier.out_proj' },
  classes: {
    MPNetModel: { build: (net, config, base) => lastState(encode(net, config, base), `${base}pooler.dense`) },
    MPNetForSequenceClassification: {
      head: /^classifier\./,
      build: (net, config, base) => ({ logits: classify(encode(net, config, base), config.labels) }),
    },
    ...tokenClasses('MPNet', encode),
    MPNetForMaskedLM: {
      head: /^lm_head\./,
      build: (net, config, base) => ({ logits: predictTokens(encode(net, config, base), config, base) }),
    },
  },
});
