import { fromNumbers } from '../../../core/index.js';
import { attribute, type GraphBuilder, type Node, type Value } from '../../graph/index.js';
import type { GradientRule, Rules } from '../rule.js';

/** [N, T, heads·size] as [N, heads, T, size]; four dimensions stay. */
function splitHeads(b: GraphBuilder, x: Value, heads: number): Value {
  if (x.dims.length === 4) return x;
  const [batch, length, width] = x.dims as [number, number, number];
  return b.transpose(b.reshape(x, [batch, length, heads, width / heads]), [0, 2, 1, 3]);
}

/** Each key or value head repeated for the query heads that share it. */
function shared(b: GraphBuilder, x: Value, heads: number): Value {
  const [batch, own, length, size] = x.dims as [number, number, number, number];
  if (own === heads) return x;
  const repeated = b.expand(b.reshape(x, [batch, own, 1, length, size]), [batch, own, heads / own, length, size]);
  return b.reshape(repeated, [batch, heads, length, size]);
}

/** −∞ above the diagonal; the queries are the last of `total` positions where there is a past. */
function causalMask(b: GraphBuilder, like: Value, past: number): Value {
  const [rows, columns] = like.dims.slice(-2) as [number, number];
  const values = Array.from({ length: rows * columns }, (_, i) => (i % columns <= Math.floor(i / columns) + past ? 0 : Number.NEGATIVE_INFINITY));
  return b.constant(fromNumbers(like.type, [rows, columns], values));
}

/**
 * Y, the present keys and values, and the score matrix of an Attention node in plain ops:
 * Y = softmax(scale · Q Kᵀ + mask) V, with scores capped to softcap · tanh(score/softcap) before the mask.
 */
export function decomposedAttention(b: GraphBuilder, node: Node, inputs: readonly (Value | undefined)[]): Value[] {
  const [q, k, v, mask, pastKey, pastValue] = inputs as [Value, Value, Value, Value?, Value?, Value?];
  const query = splitHeads(b, q, attribute.int(node, 'q_num_heads', 0));
  const [batch, heads, length, size] = query.dims as [number, number, number, number];
  const withPast = (x: Value, past: Value | undefined): Value => {
    const own = splitHeads(b, x, attribute.int(node, 'kv_num_heads', 0));
    return past ? b.concat([past, own], 2) : own;
  };
  const [key, value] = [withPast(k, pastKey), withPast(v, pastValue)];
  const scale = attribute.float(node, 'scale', 0) || 1 / Math.sqrt(size);
  const raw = b.mul(b.matMul(query, b.transpose(shared(b, key, heads), [0, 1, 3, 2])), scale);
  const softcap = attribute.float(node, 'softcap', 0);
  const capped = softcap > 0 ? b.mul(b.op('Tanh', [b.mul(raw, 1 / softcap)]), softcap) : raw;
  const bias = mask?.type === 'bool' ? b.where(mask, b.scalar(query.type, 0), Number.NEGATIVE_INFINITY) : mask;
  const masked = bias ? b.add(capped, bias) : capped;
  const scores = attribute.int(node, 'is_causal', 0) ? b.add(masked, causalMask(b, masked, pastKey?.dims[2] ?? 0)) : masked;
  const weights = b.op('Softmax', [scores], { axis: -1 });
  const y = b.matMul(weights, shared(b, value, heads));
  const stages = [raw, capped, scores, weights];
  const joined = q.dims.length === 4 ? y : b.reshape(b.transpose(y, [0, 2, 1, 3]), [batch, length, heads * (value.dims[3] as number)]);
  return [joined, key, value, stages[attribute.int(node, 'qk_matmul_output_mode', 0)] as Value];
}

const attention: GradientRule = (c) => c.through(() => decomposedAttention(c.b, c.node, c.inputs));

/** A rotation: its transpose rotates the other way. The tables of sines and cosines get no gradient. */
const rotaryEmbedding: GradientRule = ({ b, node, x, dy, inputs }) => [
  b.op('RotaryEmbedding', [dy(0), x(1), b.neg(x(2)), inputs[3]], {
    interleaved: attribute.int(node, 'interleaved', 0),
    num_heads: attribute.int(node, 'num_heads', 0),
    rotary_embedding_dim: attribute.int(node, 'rotary_embedding_dim', 0),
  }),
];

export const attentionRules = { Attention: attention, RotaryEmbedding: rotaryEmbedding } satisfies Rules;
