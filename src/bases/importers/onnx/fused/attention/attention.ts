import { attribute, type Convert, type ConvertContext, type Node } from '../../../../../engine/graph/index.js';
import { define, split } from '../write.js';
import { attend } from './attend.js';
import { joinHeads, splitHeads } from './heads.js';
import { causalBias, maskBias } from './mask.js';

/** Queries, keys and values [B, T, …] that one product with the merged weights gives. */
function project(node: Node, c: ConvertContext): readonly string[] {
  const [x = '', weights = '', bias = ''] = node.inputs;
  const product = c.add('MatMul', [x, weights]);
  const biased = bias === '' ? product : c.add('Add', [product, bias]);
  const sizes = attribute.ints(node, 'qkv_hidden_sizes');
  if (sizes?.length === 3) return split(c, biased, 2, sizes);
  const width = c.dimsOf(weights)?.[1] ?? c.dimsOf(bias)?.[0];
  if (typeof width !== 'number' || width % 3 !== 0) return c.refuse(node, 'the shape of its weights is not known');
  return split(c, biased, 2, new Array<number>(3).fill(width / 3));
}

/** Keys or values with the earlier ones, half `index` of past [2, B, heads, P, size], before them. */
function withPast(c: ConvertContext, own: string, past: string, index: number): string {
  if (past === '') return own;
  const earlier = c.add('Squeeze', [c.add('Slice', [past, c.ints([index]), c.ints([index + 1]), c.ints([0])]), c.ints([0])]);
  return c.add('Concat', [earlier, own], { axis: 2 });
}

function refuseWhatIsShared(node: Node, c: ConvertContext): void {
  if (attribute.int(node, 'past_present_share_buffer', 0) !== 0) c.refuse(node, 'its past and present share one buffer; export it without a cache');
  if (attribute.int(node, 'do_rotary', 0) !== 0) c.refuse(node, 'it turns queries and keys by tables that the model does not hold');
}

/** Self-attention with merged weights: input, weights, bias, mask, past, attention bias. */
export const attention: Convert = (node, c) => {
  refuseWhatIsShared(node, c);
  const [, , , mask = '', past = '', added = ''] = node.inputs;
  const heads = attribute.int(node, 'num_heads', 1);
  const [q = '', k = '', v = ''] = project(node, c);
  const query = splitHeads(c, q, heads);
  const key = withPast(c, splitHeads(c, k, heads), past, 0);
  const value = withPast(c, splitHeads(c, v, heads), past, 1);
  const present = node.outputs[1] ?? '';
  if (c.isUsed(present))
    define(
      c,
      present,
      'Concat',
      [key, value].map((x) => c.add('Unsqueeze', [x, c.ints([0])])),
      { axis: 0 },
    );
  const biases = [
    ...(added === '' ? [] : [added]),
    ...(mask === '' ? [] : [maskBias(c, node, mask, { query, key }, attribute.float(node, 'mask_filter_value', -10_000))]),
    ...(attribute.int(node, 'unidirectional', 0) === 0 ? [] : [causalBias(c, { query, key })]),
  ];
  return joinHeads(node, c, attend(c, { query, key, value, scale: attribute.float(node, 'scale', 0), biases }));
};
