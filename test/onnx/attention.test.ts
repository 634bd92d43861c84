import { describe, expect, it } from 'vitest';
import { fromNumbers, type Tensor, toNumbers } from '../../src/core/index.js';
import { runOnnx } from '../support/ort.js';
import { compareOneNode, distance, feedsOf, imported, ints, type OneNode, oneNode, random } from './one-node.js';

/** Single precision, products and exponentials in another order; a wrong mask or head is off by 0.1 and more. */
const ROUNDING = 1e-5;

const [B, S, N, H] = [2, 3, 2, 4];
const D = N * H;
const x = random([B, S, 5]);
const weights = random([5, 3 * D], 2);
const bias = random([3 * D], 3);
const past = random([2, B, N, 2, H], 4);

function attention(rest: Partial<OneNode> & { readonly mask?: OneNode['inputs'][number]; readonly more?: OneNode['inputs'] } = {}): OneNode {
  const { mask, more = [], attributes = {}, ...others } = rest;
  return {
    op: 'Attention',
    inputs: [x, weights, bias, ...(mask || more.length > 0 ? [mask] : []), ...more],
    weights: [1, 2],
    attributes: { num_heads: N, ...attributes },
    ...others,
  };
}

const lengths = ints([B], [3, 1]);
const sides = ints([2 * B], [3, 2, 1, 0]);
const kept = ints([B, S], [1, 1, 0, 1, 1, 1]);
const rows = ints([B, S, S], [1, 0, 0, 1, 1, 0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 1, 0, 1]);

const merged: Readonly<Record<string, OneNode>> = {
  plain: attention(),
  'scale given': attention({ attributes: { scale: 0.25 } }),
  'keys of another size than values': {
    ...attention({ attributes: { qkv_hidden_sizes: [D, D, 6] } }),
    inputs: [x, random([5, 2 * D + 6], 2), random([2 * D + 6], 3)],
  },
  unidirectional: attention({ attributes: { unidirectional: 1 } }),
  'lengths as mask': attention({ mask: lengths }),
  'ends and beginnings as mask': attention({ mask: sides }),
  'a mask a token': attention({ mask: kept }),
  'a mask a token, nothing kept': attention({ mask: ints([B, S], [0, 0, 0, 1, 0, 1]) }),
  'a mask a token, unidirectional': attention({ mask: kept, attributes: { unidirectional: 1 } }),
  'a mask a token, other filter': attention({ mask: kept, floats: { mask_filter_value: -2 } }),
  'a mask a pair': attention({ mask: rows }),
  'attention bias': attention({ more: [undefined, random([B, N, S, S], 6)] }),
  'attention bias for all': attention({ mask: kept, more: [undefined, random([1, N, S, S], 6)] }),
  present: attention({ outputs: [0, 1] }),
  past: attention({ more: [past], outputs: [0, 1] }),
  'past, unidirectional': attention({ more: [past], outputs: [0, 1], attributes: { unidirectional: 1 } }),
  'past and a mask a token': attention({ mask: ints([B, S + 2], [1, 1, 0, 1, 1, 0, 1, 1, 1, 1]), more: [past], outputs: [0, 1] }),
};

const [q, k, v] = [random([B, S, D], 1), random([B, 4, D], 2), random([B, 4, D], 3)];
const [pastKey, pastValue] = [random([B, N, 2, H], 5), random([B, N, 2, H], 6)];

function multiHead(inputs: OneNode['inputs'], rest: Partial<OneNode> = {}): OneNode {
  const { attributes = {}, ...others } = rest;
  return { op: 'MultiHeadAttention', inputs, attributes: { num_heads: N, ...attributes }, ...others };
}

const multi: Readonly<Record<string, OneNode>> = {
  plain: multiHead([q, k, v]),
  bias: multiHead([q, k, v, bias], { weights: [3] }),
  'values of another size': multiHead([q, k, random([B, 4, 6], 3), random([2 * D + 6], 4)]),
  scale: multiHead([q, k, v], { attributes: { scale: 0.3 } }),
  'lengths as mask': multiHead([q, k, v, undefined, ints([B], [4, 2])]),
  'a mask a token': multiHead([q, k, v, bias, ints([B, 4], [1, 0, 1, 1, 1, 1, 0, 0])]),
  'a mask a pair': multiHead([q, q, q, undefined, rows]),
  unidirectional: multiHead([q, q, q], { attributes: { unidirectional: 1 } }),
  'attention bias': multiHead([q, k, v, undefined, undefined, random([1, N, S, 4], 7)]),
  'keys and values by head': multiHead([q, random([B, N, 4, H], 2), random([B, N, 4, H], 3)]),
  'present keys and values': multiHead([q, k, v, bias], { outputs: [0, 1, 2] }),
  past: multiHead([q, q, q, bias, undefined, undefined, pastKey, pastValue], { outputs: [0, 1, 2] }),
  'past, unidirectional': multiHead([q, q, q, undefined, undefined, undefined, pastKey, pastValue], {
    outputs: [0, 1, 2],
    attributes: { unidirectional: 1 },
  }),
};

/** ONNX Runtime's kernel wants heads of a multiple of sixteen, and one sample only where there is a past. */
const G = 16;
const [GQ, GK, GV] = [random([B, S, N * G], 1), random([B, S, G], 2), random([B, S, G], 3)];
const full = ints([B], [S - 1, S - 1]);
const total = ints([1], [S]);
const [groupCosines, groupSines] = [random([8, G / 2], 7), random([8, G / 2], 8)];
const [pastGroupKey, pastGroupValue] = [random([1, 1, 2, G], 5), random([1, 1, 2, G], 6)];
const [longer, longerTotal] = [ints([1], [S + 1]), ints([1], [S + 2])];

function grouped(inputs: OneNode['inputs'], rest: Partial<OneNode> = {}): OneNode {
  const { attributes = {}, ...others } = rest;
  return { op: 'GroupQueryAttention', inputs, attributes: { num_heads: N, kv_num_heads: 1, ...attributes }, outputs: [0, 1, 2], ...others };
}

const base = [GQ, GK, GV, undefined, undefined, full, total] as const;
const group: Readonly<Record<string, OneNode>> = {
  plain: grouped(base),
  'packed projections': grouped([random([B, S, (N + 2) * G]), undefined, undefined, undefined, undefined, full, total]),
  'as many keys as queries': grouped([GQ, random([B, S, N * G], 2), random([B, S, N * G], 3), undefined, undefined, full, total], {
    attributes: { kv_num_heads: N },
  }),
  'scale and softcap': grouped(base, { floats: { scale: 0.4, softcap: 0.2 } }),
  'a window': grouped(base, { attributes: { local_window_size: 1 } }),
  rotary: grouped([...base, groupCosines, groupSines], { attributes: { do_rotary: 1 } }),
  'rotary, interleaved': grouped([...base, groupCosines, groupSines], { attributes: { do_rotary: 1, rotary_interleaved: 1 } }),
  'smooth softmax': grouped(base, { attributes: { smooth_softmax: 1 } }),
  'a sink a head': grouped([...base, undefined, undefined, undefined, undefined, random([N], 9)]),
  'attention bias': grouped([...base, undefined, undefined, undefined, random([1, N, S, S], 9)]),
  past: grouped([random([1, S, N * G]), random([1, S, G], 2), random([1, S, G], 3), pastGroupKey, pastGroupValue, longer, longerTotal]),
  'past and rotary': grouped(
    [random([1, S, N * G]), random([1, S, G], 2), random([1, S, G], 3), pastGroupKey, pastGroupValue, longer, longerTotal, groupCosines, groupSines],
    {
      attributes: { do_rotary: 1 },
    },
  ),
};

const [cosines, sines] = [random([8, H / 2], 7), random([8, H / 2], 8)];
const places = ints([B, S], [0, 1, 2, 4, 5, 6], 'int64');
const rotary: Readonly<Record<string, OneNode>> = {
  '3-D': { op: 'RotaryEmbedding', inputs: [q, places, cosines, sines] },
  '3-D, number of heads given': { op: 'RotaryEmbedding', inputs: [q, places, cosines, sines], attributes: { num_heads: N, rotary_embedding_dim: H } },
  '4-D': { op: 'RotaryEmbedding', inputs: [random([B, N, S, H]), places, cosines, sines] },
  interleaved: { op: 'RotaryEmbedding', inputs: [random([B, N, S, H]), places, cosines, sines], attributes: { interleaved: 1 } },
  'from one position on': { op: 'RotaryEmbedding', inputs: [q, ints([1], [3], 'int64'), cosines, sines] },
  'part of each head': {
    op: 'RotaryEmbedding',
    inputs: [random([B, S, N * 8]), places, cosines, sines],
    attributes: { num_heads: N, rotary_embedding_dim: H },
  },
};

describe.each([
  ['Attention', merged],
  ['MultiHeadAttention', multi],
  ['GroupQueryAttention', group],
  ['RotaryEmbedding', rotary],
])('%s', (_, cases) => {
  it.each(Object.entries(cases))('%s', async (_, one) => {
    expect(await compareOneNode(one)).toBeLessThan(ROUNDING);
  });
});

const groupScale = random([G], 9, 0.5, 1.5);

/** Forms that ONNX Runtime's CPU kernels lack or crash on, as others that they have. */
const forms: Readonly<Record<string, readonly [OneNode, OneNode]>> = {
  'Attention without bias': [
    { ...attention(), inputs: [x, weights] },
    { ...attention(), inputs: [x, weights, random([3 * D], 1, 0, 0)] },
  ],
  'Attention with a mask for the longest sequence': [
    attention({ mask: ints([1, 1, 4, 4], [1, 0, 0, 1, 1, 1, 0, 1, 0, 1, 1, 1, 1, 1, 1, 1]) }),
    attention({ mask: ints([B, S, S], [1, 0, 0, 1, 1, 0, 0, 1, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1]) }),
  ],
  'MultiHeadAttention, all packed': [multiHead([packed(q, q, q), undefined, undefined, bias]), multiHead([q, q, q, bias])],
  'MultiHeadAttention, keys and values packed': [multiHead([q, packed(k, v)]), multiHead([q, k, v])],
  'GroupQueryAttention, queries and keys normalised': [
    grouped([...base, ...new Array<undefined>(7).fill(undefined), groupScale, groupScale]),
    grouped([normalised(GQ, groupScale), normalised(GK, groupScale), GV, ...base.slice(3)]),
  ],
  'GroupQueryAttention of all keys': [grouped(base, { attributes: { causal: 0 } }), multiHead([GQ, ...[GK, GV].map(twice)], { attributes: {} })],
};

/** [B, T, N·H] each as [B, T, N, count, H]. */
function packed(...parts: readonly Tensor[]): Tensor {
  const [first] = parts;
  const [, length = 1] = first?.dims ?? [];
  const numbers = parts.map(toNumbers);
  const values = Array.from({ length: B * length * N }, (_, row) => numbers.flatMap((part) => part.slice(row * H, (row + 1) * H)));
  return fromNumbers('float32', [B, length, N, parts.length, H], values.flat());
}

/** Rows of the last axis over their root mean square, times a scale. */
function normalised(x: Tensor, scale: Tensor): Tensor {
  const [numbers, factors] = [toNumbers(x), toNumbers(scale)];
  const size = factors.length;
  const values = numbers.map((value, i) => {
    const row = numbers.slice(i - (i % size), i - (i % size) + size);
    return (value * (factors[i % size] ?? 1)) / Math.sqrt(row.reduce((sum, one) => sum + one * one, 0) / size + 1e-6);
  });
  return fromNumbers('float32', x.dims, values);
}

/** [B, S, G] twice along the last axis: two heads that are the same. */
function twice(one: Tensor): Tensor {
  const numbers = toNumbers(one);
  return fromNumbers(
    'float32',
    [B, S, N * G],
    Array.from({ length: B * S * N * G }, (_, i) => numbers[Math.floor(i / (N * G)) * G + (i % G)] as number),
  );
}

describe('forms without a CPU kernel', () => {
  it.each(Object.entries(forms))('%s', async (_, [one, other]) => {
    const expanded = await runOnnx((await imported(oneNode(one))).model, feedsOf(one));
    const known = await runOnnx(oneNode(other), feedsOf(other));
    expect(distance(expanded['o0'], known['o0'] as Tensor)).toBeLessThan(ROUNDING);
  });
});
