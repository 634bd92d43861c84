import {
  activationOf,
  addParameter,
  layerNorm,
  linear,
  type Network,
  split,
  squeeze,
  tanh,
  tiedLinear,
  type Value,
} from '../../torch-layers/index.js';
import type { ModelClass, Outputs } from '../family.js';
import { firstToken } from './inputs.js';

/** What a model says of a whole text, from its first token: `[N, width]`. */
export function pooled(x: Value, layer: string, activation = tanh): Value {
  return activation(linear(firstToken(x), layer, { units: Number(x.dims.at(-1)) }));
}

/** The outputs of a model without a head; `pooler_output` where the file has the layer. */
export function lastState(x: Value, pooler: string): Outputs {
  return x.net.has(`${pooler}.weight`) ? { last_hidden_state: x, pooler_output: pooled(x, pooler) } : { last_hidden_state: x };
}

/** Start and end scores of an answer, `[N, T]` each, of a layer with two outputs. */
export function answerSpan(x: Value, layer: string): Outputs {
  const [start, end] = split(linear(x, layer, { units: 2 }), 2, 2).map((scores) => squeeze(scores, [2]));
  return { start_logits: start as Value, end_logits: end as Value };
}

/** The classes that look at each token and have the same head in every family: labels of tokens, and answers in a text. */
export function tokenClasses<C extends { readonly labels: number }>(
  family: string,
  encode: (net: Network, config: C, base: string) => Value,
): Readonly<Record<string, ModelClass<C>>> {
  return {
    [`${family}ForTokenClassification`]: {
      head: /^classifier\./,
      build: (net, config, base) => ({ logits: linear(encode(net, config, base), 'classifier', { units: config.labels }) }),
    },
    [`${family}ForQuestionAnswering`]: {
      head: /^qa_outputs\./,
      build: (net, config, base) => answerSpan(encode(net, config, base), 'qa_outputs'),
    },
  };
}

/** A head that scores every token of the vocabulary at each place, by its layers. */
export interface VocabularyHead {
  readonly dense: string;
  readonly norm: string;
  /** The layer whose weight files leave out where it is that of the embedding. */
  readonly decoder: string;
  readonly embedding: string;
  /** The bias, which files may hold as the decoder's too. */
  readonly bias: string;
  readonly eps: number;
  readonly activation: string;
}

/** What files may hold a second time of a head that is tied: the name of the weight by that of the copy. */
export function tiedScores(
  { tie_word_embeddings: isTied }: { readonly tie_word_embeddings: boolean },
  head: VocabularyHead,
): Readonly<Record<string, string>> {
  const { decoder, embedding, bias } = head;
  if (!isTied) return {};
  return { [`${decoder}.weight`]: embedding, ...(bias !== `${decoder}.bias` && { [`${decoder}.bias`]: bias }) };
}

/** Scores `[N, T, V]`, by the weight of the decoder where the file has one of its own. */
export function vocabularyScores(x: Value, head: VocabularyHead): Value {
  const { net } = x;
  const dense = linear(x, head.dense, { units: net.dimsOf(head.embedding)[1] ?? 0 });
  const normal = layerNorm(activationOf(head.activation, head.dense)(dense), head.norm, head.eps);
  const hasOwn = net.has(`${head.decoder}.weight`);
  const scores = hasOwn ? linear(normal, head.decoder) : tiedLinear(normal, head.embedding, head.decoder);
  const ownBias = `${head.decoder}.bias`;
  if (hasOwn && net.has(ownBias)) return scores;
  return addParameter(scores, net.has(ownBias) ? ownBias : head.bias, [Number(scores.dims[2])]);
}
