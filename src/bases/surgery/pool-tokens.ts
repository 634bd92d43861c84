import { int64 } from '../../core/index.js';
import { type Graph, pruneUnused } from '../../engine/graph/index.js';
import { Additions } from './additions.js';

/**
 * How the vectors of a text's tokens become one: their mean, the largest of each entry, the first token's (BERT's `[CLS]`), or the last one's, which
 * in a causal model is the only one that has read the whole text.
 */
export type Pooling = 'mean' | 'max' | 'first' | 'last';

/** An input of the graph `[N, T]` that is 1 for tokens and 0 for padding, which stands behind them. */
export interface TokenMask {
  readonly name: string;
  readonly type: 'int64' | 'int32' | 'float32';
}

/**
 * The graph up to `tokens` `[N, T, C]`, pooled to one vector a text: one output `[N, C]`.
 * @param mask left out where all texts are of one length
 */
export function poolTokens(
  graph: Graph,
  tokens: string,
  pooling: Pooling,
  mask: TokenMask | undefined,
): { readonly graph: Graph; readonly output: string } {
  const add = new Additions(graph, 'pooling');
  const weights = mask && add.node('Unsqueeze', [add.node('Cast', [mask.name], { to: 1 }), add.constant('axis', int64([1], [2]))]);
  const pooled = weights === undefined ? plain(add, tokens, pooling) : masked(add, tokens, weights, pooling);
  const outputs = [{ name: pooled, type: { kind: 'tensor' as const, type: 'float32' as const, dims: undefined } }];
  return { graph: pruneUnused({ ...add.graph(), outputs }), output: pooled };
}

function plain(add: Additions, tokens: string, pooling: Pooling): string {
  const axes = add.constant('axes', int64([1], [1]));
  if (pooling === 'mean') return add.node('ReduceMean', [tokens, axes], { keepdims: 0 });
  if (pooling === 'max') return add.node('ReduceMax', [tokens, axes], { keepdims: 0 });
  return add.node('Gather', [tokens, add.constant('position', int64([], [pooling === 'first' ? 0 : -1]))], { axis: 1 });
}

/** @param weights `[N, T, 1]` */
function masked(add: Additions, tokens: string, weights: string, pooling: Pooling): string {
  const axes = add.constant('axes', int64([1], [1]));
  const sum = (value: string): string => add.node('ReduceSum', [value, axes], { keepdims: 0 });
  if (pooling === 'first') return plain(add, tokens, pooling);
  if (pooling === 'mean') return add.node('Div', [sum(add.node('Mul', [tokens, weights])), sum(weights)]);
  if (pooling === 'max') {
    // The logarithm of 1 changes nothing; that of 0 loses against every value.
    return add.node('ReduceMax', [add.node('Add', [tokens, add.node('Log', [weights])]), axes], { keepdims: 0 });
  }
  // 1 at the last token alone: the mask less the mask one place further left.
  const [from, to] = [add.constant('second', int64([1], [1])), add.constant('end', int64([1], [2 ** 31 - 1]))];
  const shifted = add.node('Slice', [add.node('Pad', [weights, add.constant('pads', int64([6], [0, 0, 0, 0, 1, 0]))]), from, to, axes]);
  return sum(add.node('Mul', [tokens, add.node('Sub', [weights, shifted])]));
}
