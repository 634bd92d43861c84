import { attribute } from '../attributes.js';
import type { Node } from '../model.js';
import { broadcast, commonType, type Dims, mismatch } from './dims.js';
import type { ShapeRule, ShapeRules } from './rule.js';

/** NumPy's matmul: a 1-D operand gains a dimension that the result then loses. */
export function matMulDims(node: Node, a: Dims, b: Dims): number[] {
  if (a.length === 0 || b.length === 0) mismatch(node, a, b);
  const left = a.length === 1 ? [1, ...a] : a;
  const right = b.length === 1 ? [...b, 1] : b;
  if (left.at(-1) !== right.at(-2)) mismatch(node, a, b);
  const batch = broadcast(node, left.slice(0, -2), right.slice(0, -2));
  return [...batch, ...(a.length === 1 ? [] : left.slice(-2, -1)), ...(b.length === 1 ? [] : right.slice(-1))];
}

const matMul: ShapeRule = (c) => [{ type: commonType(c.node, c.input(0), c.input(1)), dims: matMulDims(c.node, c.input(0).dims, c.input(1).dims) }];

const matMulInteger: ShapeRule = (c) => [{ type: 'int32', dims: matMulDims(c.node, c.input(0).dims, c.input(1).dims) }];

const gemm: ShapeRule = (c) => {
  const [a, b, bias] = [c.input(0).dims, c.input(1).dims, c.optional(2)];
  if (a.length !== 2 || b.length !== 2) mismatch(c.node, a, b);
  const [m, k] = attribute.int(c.node, 'transA', 0) ? [a[1], a[0]] : [a[0], a[1]];
  const [k2, n] = attribute.int(c.node, 'transB', 0) ? [b[1], b[0]] : [b[0], b[1]];
  if (k !== k2) mismatch(c.node, a, b);
  const dims = [m as number, n as number];
  if (bias && String(broadcast(c.node, dims, bias.dims)) !== String(dims)) mismatch(c.node, dims, bias.dims);
  return [{ type: commonType(c.node, c.input(0), c.input(1), ...(bias ? [bias] : [])), dims }];
};

export const matMulShapes = { Gemm: gemm, MatMul: matMul, MatMulInteger: matMulInteger } satisfies ShapeRules;
