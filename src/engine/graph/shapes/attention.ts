import { attribute } from '../attributes.js';
import { dimAt, invalid } from './dims.js';
import { same } from './elementwise.js';
import type { ShapeContext, ShapeRule, ShapeRules } from './rule.js';

interface Heads {
  readonly batch: number;
  readonly heads: number;
  readonly length: number;
  readonly size: number;
}

/** [N, heads, T, size] as it is, or [N, T, heads·size] with the number of heads in an attribute. */
function headsOf(c: ShapeContext, index: number, countAttribute: string): Heads {
  const { dims } = c.input(index);
  if (dims.length === 4) return { batch: dimAt(dims, 0), heads: dimAt(dims, 1), length: dimAt(dims, 2), size: dimAt(dims, 3) };
  const heads = attribute.int(c.node, countAttribute, 0);
  if (dims.length !== 3 || heads === 0) invalid(c.node, `input ${index} is neither 4-D nor 3-D with ${countAttribute}`);
  return { batch: dimAt(dims, 0), heads, length: dimAt(dims, 1), size: dimAt(dims, 2) / heads };
}

/** The output, the present keys and values, and the score matrix (ONNX opset 23). */
const attention: ShapeRule = (c) => {
  const query = headsOf(c, 0, 'q_num_heads');
  const key = headsOf(c, 1, 'kv_num_heads');
  const value = headsOf(c, 2, 'kv_num_heads');
  const total = (c.optional(4)?.dims[2] ?? 0) + key.length;
  const type = c.input(0).type;
  const flat = c.input(0).dims.length === 3;
  return [
    { type, dims: flat ? [query.batch, query.length, query.heads * value.size] : [query.batch, query.heads, query.length, value.size] },
    { type: c.input(1).type, dims: [key.batch, key.heads, total, key.size] },
    { type: c.input(2).type, dims: [value.batch, value.heads, total, value.size] },
    { type, dims: [query.batch, query.heads, query.length, total] },
  ];
};

export const attentionShapes = { Attention: attention, RotaryEmbedding: same } satisfies ShapeRules;
