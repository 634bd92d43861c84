import { attribute, type Convert, type ConvertContext, type Node } from '../../../../../engine/graph/index.js';
import { rootMeanSquare } from '../normalization.js';
import { rotate } from '../rotary.js';
import { define, dimOf, number } from '../write.js';
import { attend } from './attend.js';
import { joinHeads, positionsFrom, repeatHeads, splitHeads } from './heads.js';
import { causalBias, lengthBias, windowBias } from './mask.js';

/** [B, heads, T, size] each. */
type Projections = readonly [query: string, key: string, value: string];

function projections(node: Node, c: ConvertContext, heads: number, shared: number): Projections {
  const [query = '', key = '', value = ''] = node.inputs;
  if (key !== '') return [splitHeads(c, query, heads), splitHeads(c, key, shared), splitHeads(c, value, shared)];
  const all = splitHeads(c, query, heads + 2 * shared);
  const part = (from: number, to: number): string => c.add('Slice', [all, c.ints([from]), c.ints([to]), c.ints([1])]);
  return [part(0, heads), part(heads, heads + shared), part(heads + shared, heads + 2 * shared)];
}

/** Queries or keys, normalised and turned where the node says so. */
function placed(node: Node, c: ConvertContext, x: string, index: number): string {
  const [pastKey = '', cosines = '', sines = '', ids = ''] = [3, 7, 8, 9].map((input) => node.inputs[input] ?? '');
  const scale = node.inputs[14 + index] ?? '';
  const epsilon = attribute.float(node, 'qk_norm_epsilon', 1e-6);
  const normalised = scale === '' ? x : c.add('Mul', [rootMeanSquare(c, x, epsilon).normalised, scale]);
  if (attribute.int(node, 'do_rotary', 0) === 0) return normalised;
  const first = pastKey === '' ? c.ints([0]) : dimOf(c, pastKey, 2);
  const positions = ids === '' ? positionsFrom(c, x, 2, first) : ids;
  return rotate(c, normalised, {
    cosines,
    sines,
    positions,
    interleaved: attribute.int(node, 'rotary_interleaved', 0) !== 0,
    size: rotatedSize(c, x, cosines),
  });
}

/** How much of a head the tables turn: 0 for all of it. */
function rotatedSize(c: ConvertContext, x: string, cosines: string): number {
  const [width, size] = [c.dimsOf(cosines)?.[1], c.dimsOf(x)?.[3]];
  return typeof width === 'number' && typeof size === 'number' && 2 * width < size ? 2 * width : 0;
}

function refuseCaches(node: Node, c: ConvertContext): void {
  const isQuantised = ['k_quant_type', 'v_quant_type'].some((name) => attribute.string(node, name, 'NONE') !== 'NONE');
  if (isQuantised) c.refuse(node, 'its cache is quantised');
  if (attribute.int(node, 'sliding_window_cache', 0) !== 0) c.refuse(node, 'its cache keeps a window only');
  if (c.isUsed(node.outputs[3] ?? '')) c.refuse(node, 'its scores are an output');
}

/** Keys or values after the past ones; `output` gets them where it is used. */
function present(c: ConvertContext, own: string, past: string, output: string): string {
  const all = past === '' ? own : c.add('Concat', [past, own], { axis: 2 });
  if (c.isUsed(output)) define(c, output, 'Identity', [all]);
  return all;
}

function sinkOf(node: Node, c: ConvertContext, query: string): string | undefined {
  const sink = node.inputs[11] ?? '';
  if (sink !== '') return c.add('Reshape', [sink, c.ints([1, -1, 1, 1])]);
  return attribute.int(node, 'smooth_softmax', 0) === 0 ? undefined : c.add('Unsqueeze', [number(c, 0, query), c.ints([0, 1, 2, 3])]);
}

/**
 * Grouped-query attention (Ainslie et al., 2023): query heads share key and value heads. The past of all samples is taken to be of one length, as it is
 * where sequences are padded on the right or not at all; rows of padding differ from ONNX Runtime's, which leaves them undefined.
 */
export const groupQueryAttention: Convert = (node, c) => {
  refuseCaches(node, c);
  const [heads, shared] = [attribute.int(node, 'num_heads', 1), attribute.int(node, 'kv_num_heads', 1)];
  if (heads % shared !== 0) c.refuse(node, `${heads} heads cannot share ${shared}`);
  const [q, k, v] = projections(node, c, heads, shared);
  const [pastKey = '', pastValue = '', lengths = '', added = ''] = [3, 4, 5, 10].map((input) => node.inputs[input] ?? '');
  const query = placed(node, c, q, 0);
  const key = present(c, placed(node, c, k, 1), pastKey, node.outputs[1] ?? '');
  const value = present(c, v, pastValue, node.outputs[2] ?? '');
  const width = attribute.int(node, 'local_window_size', -1);
  const biases = [
    ...(added === '' ? [] : [added]),
    attribute.int(node, 'causal', 1) === 0
      ? lengthBias(c, c.add('Add', [lengths, one(c, lengths)]), { query, key }, -3.4028234663852886e38)
      : causalBias(c, { query, key }),
    ...(width < 0 ? [] : [windowBias(c, { query, key }, width)]),
  ];
  const each = (x: string): string => repeatHeads(c, x, shared, heads / shared);
  const sink = sinkOf(node, c, query);
  const rest = {
    scale: attribute.float(node, 'scale', 0),
    softcap: attribute.float(node, 'softcap', 0),
    biases,
    ...(sink !== undefined && { sink }),
  };
  return joinHeads(node, c, attend(c, { query, key: each(key), value: each(value), ...rest }));
};

const one = (c: ConvertContext, like: string): string => c.add('CastLike', [c.ints([1]), like]);
