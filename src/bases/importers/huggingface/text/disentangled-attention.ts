import {
  add,
  expandAs,
  gather,
  linear,
  matMul,
  mergeHeads,
  scale,
  softmax,
  splitHeads,
  transpose,
  unsqueeze,
  type Value,
} from '../../torch-layers/index.js';

/** Which of content and position of query and key are multiplied, beside content with content. */
export type PositionTerm = 'c2p' | 'p2c';

/** Embedded distances, and which of them there is between each two places. */
export interface Distances {
  /** `[entries, width]` */
  readonly embedded: Value;
  /** `[T, T]`, of query and key. */
  readonly entries: Value;
  /** Whether they go through the layers of the words. */
  readonly isShared: boolean;
}

interface Options {
  readonly heads: number;
  /** Added to the scores. */
  readonly mask: Value;
  readonly terms: readonly PositionTerm[];
  readonly distances: Distances | undefined;
}

/** Attention whose scores are sums of products of contents and of positions: He et al. 2020, arXiv:2006.03654. `name` is the layer of the attention. */
export function disentangledAttention(x: Value, name: string, { heads, mask, terms, distances }: Options): Value {
  const part = (input: Value, layer: string): Value => splitHeads(linear(input, `${name}.${layer}`), heads);
  const [q, k, v] = [part(x, 'query_proj'), part(x, 'key_proj'), part(x, 'value_proj')];
  let scores = matMul(q, transpose(k, [0, 1, 3, 2]));
  if (distances) {
    const { entries, isShared } = distances;
    const embedded = unsqueeze(distances.embedded, [0]);
    if (terms.includes('c2p')) {
      const keys = part(embedded, isShared ? 'key_proj' : 'pos_key_proj');
      scores = add(scores, entriesOf(matMul(q, transpose(keys, [0, 1, 3, 2])), entries, scores));
    }
    if (terms.includes('p2c')) {
      const queries = part(embedded, isShared ? 'query_proj' : 'pos_query_proj');
      const ofKeys = entriesOf(matMul(k, transpose(queries, [0, 1, 3, 2])), transpose(entries, [1, 0]), scores);
      scores = add(scores, transpose(ofKeys, [0, 1, 3, 2]));
    }
  }
  const weights = softmax(add(scale(scores, 1 / Math.sqrt(Number(q.dims[3]) * (1 + terms.length))), mask));
  return mergeHeads(matMul(weights, v));
}

/** Of products with all embedded distances `[N, heads, T, entries]` those that there are: `[N, heads, T, T]`. */
function entriesOf(products: Value, entries: Value, scores: Value): Value {
  return { ...gather(products, 3, expandAs(entries, scores)), dims: scores.dims };
}
