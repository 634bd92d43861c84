import { sizeOf } from '../../../core/index.js';
import { attribute, type GraphBuilder, type Value } from '../../graph/index.js';
import type { GradientRule, Rules } from '../rule.js';

/** Swaps the last two axes. */
function transposeLast(b: GraphBuilder, x: Value): Value {
  const rank = x.dims.length;
  return b.transpose(x, [...Array(rank - 2).keys(), rank - 1, rank - 2]);
}

/** `[..., K]` as `[M, K]`. */
function flatten(b: GraphBuilder, x: Value): Value {
  const last = x.dims.at(-1) as number;
  return b.reshape(x, [sizeOf(x.dims.slice(0, -1)), last]);
}

/** `[..., K]` as `[K, M]`. The Reshape keeps ONNX Runtime from making the Transpose a flag of the product that follows, which would take longer. */
function columns(b: GraphBuilder, x: Value): Value {
  const last = x.dims.length - 1;
  const apart = last > 1 ? x : b.reshape(x, [1, ...x.dims]);
  const moved = b.transpose(apart, [apart.dims.length - 1, ...Array(apart.dims.length - 1).keys()]);
  return b.reshape(moved, [x.dims[last] as number, sizeOf(x.dims.slice(0, -1))]);
}

/**
 * Aᵀ G for A `[..., K]` and G `[..., N]`, summed over all leading axes: `[K, N]`. One pass transposes the narrower operand; the flag of Gemm would
 * transpose the left one again for every few columns of the right, and takes 1.1 times as long.
 */
function outerSum(b: GraphBuilder, a: Value, g: Value): Value {
  const [k, n] = [a.dims.at(-1) as number, g.dims.at(-1) as number];
  return k < n ? b.matMul(columns(b, a), flatten(b, g)) : b.transpose(b.matMul(columns(b, g), flatten(b, a)), [1, 0]);
}

/** Aᵀ G of the last two axes. The smaller operand is the one that is transposed: a row of an attention's scores is longer than a head is wide. */
function transposedProduct(b: GraphBuilder, a: Value, g: Value): Value {
  const narrow = (a.dims.at(-1) as number) <= (g.dims.at(-1) as number);
  return narrow ? b.matMul(transposeLast(b, a), g) : transposeLast(b, b.matMul(transposeLast(b, g), a));
}

/** Y = A B with NumPy's batching. A weight `[K, N]` under a batched A takes one product of flattened operands. */
const matMul: GradientRule = ({ b, x, dy }) => {
  const left = x(0);
  const right = x(1);
  // 1-D operands are promoted to matrices, as MatMul itself does.
  const a = left.dims.length === 1 ? b.reshape(left, [1, ...left.dims]) : left;
  const w = right.dims.length === 1 ? b.reshape(right, [...right.dims, 1]) : right;
  const batch = dy(0).dims.slice(0, dy(0).dims.length - (left.dims.length === 1 ? 0 : 1) - (right.dims.length === 1 ? 0 : 1));
  const g = b.reshape(dy(0), [...batch, a.dims.at(-2) as number, w.dims.at(-1) as number]);
  if (w.dims.length === 2) {
    const rows = flatten(b, g);
    const da = b.op('Gemm', [rows, w], { transB: 1 });
    return [b.reshape(da, left.dims), b.reshape(outerSum(b, a, g), right.dims)];
  }
  const da = b.reduceTo(b.matMul(g, transposeLast(b, w)), a.dims);
  const dw = b.reduceTo(transposedProduct(b, a, g), w.dims);
  return [b.reshape(da, left.dims), b.reshape(dw, right.dims)];
};

/** Y = α op(A) op(B) + β C. */
const gemm: GradientRule = ({ b, node, x, dy, inputs }) => {
  const alpha = attribute.float(node, 'alpha', 1);
  const beta = attribute.float(node, 'beta', 1);
  const transA = attribute.int(node, 'transA', 0);
  const transB = attribute.int(node, 'transB', 0);
  const g = dy(0);
  const da = transA ? b.op('Gemm', [x(1), g], { alpha, transA: transB, transB: 1 }) : b.op('Gemm', [g, x(1)], { alpha, transB: transB ? 0 : 1 });
  const dw = transB ? b.op('Gemm', [g, x(0)], { alpha, transA: 1, transB: transA }) : b.op('Gemm', [x(0), g], { alpha, transA: transA ? 0 : 1 });
  const dc = inputs[2] === undefined ? undefined : beta === 1 ? g : b.mul(g, beta);
  return [da, dw, dc];
};

export const matmulRules = { Gemm: gemm, MatMul: matMul } satisfies Rules;
