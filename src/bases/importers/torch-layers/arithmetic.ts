import { fromNumbers } from '../../../core/index.js';
import type { Dim, StandardOp } from '../../../engine/graph/index.js';
import { within } from './names.js';
import type { Value } from './network.js';

/** a + b, broadcast as in NumPy. */
export function add(a: Value, b: Value): Value {
  return a.net.op(within(a, 'add'), 'Add', [a, b], broadcast(a.dims, b.dims));
}

/** a · b, broadcast as in NumPy. */
export function multiply(a: Value, b: Value): Value {
  return a.net.op(within(a, 'mul'), 'Mul', [a, b], broadcast(a.dims, b.dims));
}

/** a / b, broadcast as in NumPy. */
export function divide(a: Value, b: Value): Value {
  return a.net.op(within(a, 'div'), 'Div', [a, b], broadcast(a.dims, b.dims));
}

export function scale(x: Value, factor: number): Value {
  return factor === 1 ? x : multiply(x, number(x, factor));
}

export function addNumber(x: Value, summand: number): Value {
  return add(x, number(x, summand));
}

/** A number to compute with `x`. */
export function number(x: Value, value: number): Value {
  return x.net.constant(within(x, 'number'), fromNumbers('float32', [], [value]));
}

/** a · b of the last two axes. */
export function matMul(a: Value, b: Value): Value {
  const dims = [...broadcast(a.dims.slice(0, -2), b.dims.slice(0, -2)), a.dims.at(-2) ?? null, b.dims.at(-1) ?? null];
  return a.net.op(within(a, 'matmul'), 'MatMul', [a, b], dims);
}

/** Mean over some axes, which stay with size 1. */
export function mean(x: Value, axes: readonly number[]): Value {
  return reduce(x, 'ReduceMean', 'mean', axes);
}

/** Euclidean norm over some axes, which stay with size 1. */
export function norm(x: Value, axes: readonly number[]): Value {
  return reduce(x, 'ReduceL2', 'norm', axes);
}

function reduce(x: Value, op: StandardOp, hint: string, axes: readonly number[]): Value {
  const list = x.net.constant(within(x, 'axes'), fromNumbers('int64', [axes.length], axes));
  const dims = x.dims.map((dim, axis) => (axes.includes(axis) ? 1 : dim));
  return x.net.op(within(x, hint), op, [x, list], dims, { keepdims: 1 });
}

function broadcast(a: readonly Dim[], b: readonly Dim[]): readonly Dim[] {
  const rank = Math.max(a.length, b.length);
  const at = (dims: readonly Dim[], axis: number): Dim => (axis < rank - dims.length ? 1 : (dims[axis - rank + dims.length] ?? null));
  return Array.from({ length: rank }, (_, axis) => (at(a, axis) === 1 ? at(b, axis) : at(a, axis)));
}
