import { add, gather, linear, matMul, mergeHeads, scale, softmax, splitHeads, transpose, unsqueeze, type Value } from '../../torch-layers/index.js';
import { onlySeen } from './inputs.js';

/** Which of content and position of query and key are multiplied, beside content with content. */
export type PositionTerm = 'c2p' | 'p2c';

/** Embedded distances, and which of them there is between each two places. */
export interface Distances {
  /** `[entries, width]` */
  readonly embedded: Value;
  /** Of query and key: `[N, heads, T, T]`. */
  readonly entries: Value;
  /** Of key and query. */
  readonly entriesOfKeys: Value;
  /** Whether they go through the layers of the words. */
  readonly isShared: boolean;
}

interface Options {
  readonly heads: number;
  /** Which query sees which key: `[N, 1, T, T]`. */
  readonly seen: Value;
  readonly terms: readonly PositionTerm[];
  readonly distances: Distances | undefined;
}

/** Attention whose scores are sums of products of contents and of positions: He et al. 2020, arXiv:2006.03654. `name` is the layer of the attention. */
export function disentangledAttention(x: Value, name: string, { heads, seen, terms, distances }: Options): Value {
  const part = (input: Value, layer: string): Value => splitHeads(linear(input, `${name}.${layer}`), heads);
  const [q, k, v] = [part(x, 'query_proj'), part(x, 'key_proj'), part(x, 'value_proj')];
  let scores = products(q, k);
  if (distances) {
    const embedded = unsqueeze(distances.embedded, [0]);
    if (terms.includes('c2p')) {
      const keys = part(embedded, distances.isShared ? 'key_proj' : 'pos_key_proj');
      scores = add(scores, gather(products(q, keys), 3, distances.entries));
    }
    if (terms.includes('p2c')) {
      const queries = part(embedded, distances.isShared ? 'query_proj' : 'pos_query_proj');
      scores = add(scores, transpose(gather(products(k, queries), 3, distances.entriesOfKeys), [0, 1, 3, 2]));
    }
  }
  const scaled = scale(scores, 1 / Math.sqrt(Number(q.dims[3]) * (1 + terms.length)));
  return mergeHeads(matMul(softmax(onlySeen(scaled, seen)), v));
}

/** Of each two rows of `[N, heads, T, d]` and `[N, heads, S, d]`. */
function products(a: Value, b: Value): Value {
  return matMul(a, transpose(b, [0, 1, 3, 2]));
}
