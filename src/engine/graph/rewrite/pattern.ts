import type { StandardOp } from '../ops.js';

/**
 * What a value must look like: how it is computed, down to captured values. A name captured twice must be the same value
 * both times.
 */
export type Pattern =
  | { readonly kind: 'any'; readonly name: string }
  | { readonly kind: 'number'; readonly near?: number; readonly name?: string }
  | { readonly kind: 'op'; readonly op: StandardOp; readonly inputs: readonly Pattern[]; readonly name?: string }
  | { readonly kind: 'either'; readonly options: readonly Pattern[] };

/** Any value, captured as `name`. */
export function any(name: string): Pattern {
  return { kind: 'any', name };
}

/** A constant of one element that is `near` a number, up to the rounding of half precision. */
export function number(near: number): Pattern {
  return { kind: 'number', near };
}

/** Any constant of one element, captured as `name`. */
export function anyNumber(name: string): Pattern {
  return { kind: 'number', name };
}

/** The first output of an op with these inputs, whose node is captured as `name`. Operands of Add and Mul may come in either order. */
export function op(op: StandardOp, inputs: readonly Pattern[], name?: string): Pattern {
  return { kind: 'op', op, inputs, ...(name !== undefined && { name }) };
}

/** The first of several patterns that matches. */
export function either(...options: readonly Pattern[]): Pattern {
  return { kind: 'either', options };
}

/** The product of three factors, multiplied in any order. */
export function product(a: Pattern, b: Pattern, c: Pattern): Pattern {
  return either(op('Mul', [op('Mul', [a, b]), c]), op('Mul', [op('Mul', [a, c]), b]), op('Mul', [a, op('Mul', [b, c])]));
}

/** A value squared. */
export function square(x: Pattern): Pattern {
  return either(op('Pow', [x, number(2)]), op('Mul', [x, x]));
}

/** 1/√x. */
export function inverseRoot(x: Pattern): Pattern {
  return either(op('Reciprocal', [op('Sqrt', [x])]), op('Div', [number(1), op('Sqrt', [x])]), op('Pow', [x, number(-0.5)]));
}
