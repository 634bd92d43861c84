import { attribute, type Convert, type ConvertContext, type Node } from '../../../../../engine/graph/index.js';
import { define, split } from '../write.js';
import { attend } from './attend.js';
import { joinHeads, splitHeads } from './heads.js';
import { causalBias, lengthBias, maskBias } from './mask.js';

/** [B, heads, T, size] each. */
interface Projections {
  readonly query: string;
  readonly key: string;
  readonly value: string;
}

/** Element `index` of packed [B, T, heads, count, size], as [B, heads, T, size]. */
function unpack(c: ConvertContext, packed: string, index: number): string {
  const one = c.add('Slice', [packed, c.ints([index]), c.ints([index + 1]), c.ints([3])]);
  return c.add('Transpose', [c.add('Squeeze', [one, c.ints([3])])], { perm: [0, 2, 1, 3] });
}

/** The parts of bias [query + key + value] as [1, heads, 1, size], to be added where heads are apart. */
function biasesOf(node: Node, c: ConvertContext, heads: number): readonly string[] {
  const [query = '', , , bias = ''] = node.inputs;
  if (bias === '') return ['', '', ''];
  const [width, dims] = [c.dimsOf(bias)?.[0], c.dimsOf(query)];
  if (typeof width !== 'number') return c.refuse(node, 'the size of its bias is not known');
  const own = dims?.length === 3 ? dims[2] : undefined;
  const size = typeof own === 'number' ? own : width / 3;
  if (!Number.isInteger(size)) return c.refuse(node, 'its bias is not for queries, keys and values');
  return split(c, bias, 0, [size, size, width - 2 * size]).map((part) => c.add('Reshape', [part, c.ints([1, heads, 1, -1])]));
}

function projections(node: Node, c: ConvertContext): Projections {
  const [query = '', key = '', value = ''] = node.inputs;
  const heads = attribute.int(node, 'num_heads', 1);
  const [queryBias = '', keyBias = '', valueBias = ''] = biasesOf(node, c, heads);
  const plus = (x: string, bias: string): string => (bias === '' ? x : c.add('Add', [x, bias]));
  if (key === '')
    return { query: plus(unpack(c, query, 0), queryBias), key: plus(unpack(c, query, 1), keyBias), value: plus(unpack(c, query, 2), valueBias) };
  const split = plus(splitHeads(c, query, heads), queryBias);
  if (value === '') return { query: split, key: plus(unpack(c, key, 0), keyBias), value: plus(unpack(c, key, 1), valueBias) };
  // Keys and values of a cache have their bias already.
  if (c.dimsOf(key)?.length === 4) return { query: split, key, value };
  return { query: split, key: plus(splitHeads(c, key, heads), keyBias), value: plus(splitHeads(c, value, heads), valueBias) };
}

/** Keys or values after the past ones, under the name of the node's output where that is used. */
function present(c: ConvertContext, own: string, past: string, output: string): string {
  if (c.isUsed(output)) define(c, output, past === '' ? 'Identity' : 'Concat', past === '' ? [own] : [past, own], past === '' ? {} : { axis: 2 });
  return past === '' ? own : c.isUsed(output) ? output : c.add('Concat', [past, own], { axis: 2 });
}

/** Attention of projections: query, key, value, bias, key padding mask, attention bias, past key, past value. */
export const multiHeadAttention: Convert = (node, c) => {
  const [, , , , mask = '', added = '', pastKey = '', pastValue = '', sharedLength = '', beams = ''] = node.inputs;
  if (sharedLength !== '' || beams !== '') c.refuse(node, 'its past and present share one buffer; export it without a cache');
  if (c.isUsed(node.outputs[3] ?? '')) c.refuse(node, 'its scores are an output');
  const own = projections(node, c);
  const [query, key] = [own.query, present(c, own.key, pastKey, node.outputs[1] ?? '')];
  const value = present(c, own.value, pastValue, node.outputs[2] ?? '');
  const filter = attribute.float(node, 'mask_filter_value', -10_000);
  const padding = (): string =>
    c.dimsOf(mask)?.length === 1
      ? lengthBias(c, firstOfBatch(c, mask, query), { query, key }, filter)
      : maskBias(c, node, mask, { query, key }, filter);
  const biases = [
    ...(added === '' ? [] : [added]),
    ...(mask === '' ? [] : [padding()]),
    ...(attribute.int(node, 'unidirectional', 0) === 0 ? [] : [causalBias(c, { query, key })]),
  ];
  return joinHeads(node, c, attend(c, { query, key, value, scale: attribute.float(node, 'scale', 0), biases }));
};

/** The lengths at the front of a 1-D mask, [B] or [3·B + 2]. */
function firstOfBatch(c: ConvertContext, mask: string, query: string): string {
  return c.add('Slice', [mask, c.ints([0]), c.add('Shape', [query], { start: 0, end: 1 }), c.ints([0])]);
}
