import { activationOf, add, attend, layerNorm, linear, mergeHeads, splitHeads, type Value } from '../../torch-layers/index.js';

/** The parts of a layer by the names that a family gives them. */
export interface LayerNames {
  readonly query: string;
  readonly key: string;
  readonly value: string;
  /** Of what attention gives. */
  readonly output: string;
  readonly attentionNorm: string;
  readonly wide: string;
  readonly narrow: string;
  readonly norm: string;
}

export interface LayerOptions {
  readonly heads: number;
  readonly eps: number;
  readonly activation: string;
  /** Added to the scores of attention. */
  readonly biases: readonly Value[];
}

/** Attention, then two linear layers, each with a sum and a normalisation behind it: Vaswani et al. 2017, arXiv:1706.03762, as BERT has it. */
export function postNormLayer(x: Value, name: string, names: LayerNames, { biases, ...options }: LayerOptions): Value {
  const [q, k, v] = [names.query, names.key, names.value].map((part) => splitHeads(linear(x, `${name}.${part}`), options.heads));
  return afterAttention(x, mergeHeads(attend(q as Value, k as Value, v as Value, { biases })), name, names, options);
}

/** What follows in such a layer on what attention gives, `attended`. */
export function afterAttention(
  x: Value,
  attended: Value,
  name: string,
  names: Omit<LayerNames, 'query' | 'key' | 'value'>,
  { eps, activation }: Pick<LayerOptions, 'eps' | 'activation'>,
): Value {
  const middle = layerNorm(add(linear(attended, `${name}.${names.output}`), x), `${name}.${names.attentionNorm}`, eps);
  const wide = activationOf(activation, name)(linear(middle, `${name}.${names.wide}`));
  return x.net.rename(layerNorm(add(linear(wide, `${name}.${names.narrow}`), middle), `${name}.${names.norm}`, eps), name);
}
