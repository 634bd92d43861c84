import { type DataType, isFloat, type Tensor } from '../../../core/index.js';
import { attribute } from '../attributes.js';
import type { TensorType } from '../model.js';
import { broadcastPositions, type Element, elementsOf, fromElements, isWide, larger, smaller } from './elements.js';
import type { FoldRule, FoldRules } from './rule.js';

/** An operation on two numbers, and the same on two 64-bit integers. */
export interface Binary {
  readonly number: (a: number, b: number) => number;
  readonly wide: (a: bigint, b: bigint) => bigint;
}

/** The broadcast of `a` and `b` under an operation, as elements of `to`. */
export function combine(to: TensorType, a: Tensor, b: Tensor, operation: Binary): Tensor {
  const [left, right] = [broadcastPositions(a.dims, to.dims), broadcastPositions(b.dims, to.dims)];
  const [x, y] = [elementsOf(a), elementsOf(b)];
  const apply = (isWide(a.type) ? operation.wide : operation.number) as (a: Element, b: Element) => Element;
  return fromElements(
    to,
    Array.from<number, Element>(left, (offset, i) => apply(x[offset] as Element, y[right[i] as number] as Element)),
  );
}

const binary =
  (operation: Binary): FoldRule =>
  (c) => [combine(c.output(0), c.tensor(0), c.tensor(1), operation)];

const add: Binary = { number: (a, b) => a + b, wide: (a, b) => a + b };
const subtract: Binary = { number: (a, b) => a - b, wide: (a, b) => a - b };
const multiply: Binary = { number: (a, b) => a * b, wide: (a, b) => a * b };
/** Products of 32-bit integers exceed what a number holds exactly. */
const multiply32: Binary = { number: Math.imul, wide: (a, b) => a * b };
const divide: Binary = { number: (a, b) => a / b, wide: (a, b) => a / b };
const minimum: Binary = { number: Math.min, wide: smaller };
const maximum: Binary = { number: Math.max, wide: larger };

/** The remainder with the sign of the divisor, as in Python. */
const modulo: Binary = { number: (a, b) => ((a % b) + b) % b, wide: (a, b) => ((a % b) + b) % b };

/** The remainder with the sign of the dividend, as in C. */
const remainder: Binary = { number: (a, b) => a % b, wide: (a, b) => a % b };

const bitAnd: Binary = { number: (a, b) => a & b, wide: (a, b) => a & b };
const bitOr: Binary = { number: (a, b) => a | b, wide: (a, b) => a | b };
const bitXor: Binary = { number: (a, b) => a ^ b, wide: (a, b) => a ^ b };

function isWord(type: DataType): boolean {
  return type === 'int32' || type === 'uint32';
}

function hasZero(tensor: Tensor): boolean {
  return Array.from<Element>(elementsOf(tensor)).some((value) => value === 0 || value === 0n);
}

/** Division and remainder of integers; none by zero, which is undefined. */
const dividing =
  (operation: Binary): FoldRule =>
  (c) =>
    !isFloat(c.tensor(1).type) && hasZero(c.tensor(1)) ? undefined : [combine(c.output(0), c.tensor(0), c.tensor(1), operation)];

/** The base decides the type. Integers are raised to whole powers only, exactly. */
const power: FoldRule = (c) => {
  const [base, exponent] = [c.tensor(0), c.tensor(1)];
  const by = Array.from<Element, number>(elementsOf(exponent), Number);
  if (!isFloat(base.type) && by.some((power) => !Number.isInteger(power) || power < 0 || power > 64)) return undefined;
  const type = isWide(base.type) ? 'int64' : 'float64';
  const powers = fromElements({ type, dims: exponent.dims }, isWide(base.type) ? by.map(BigInt) : by);
  return [combine(c.output(0), base, powers, { number: (a, b) => a ** b, wide: (a, b) => a ** b })];
};

const keep: Binary = { number: (a) => a, wide: (a) => a };

/** Any number of inputs, from the left. */
const variadic =
  (operation: Binary): FoldRule =>
  (c) => {
    const [first, ...rest] = c.node.inputs.map((_, index) => c.tensor(index)) as [Tensor, ...Tensor[]];
    return [rest.reduce((sum, next) => combine(c.output(0), sum, next, operation), combine(c.output(0), first, first, keep))];
  };

export const arithmeticFolds = {
  Add: binary(add),
  BitwiseAnd: binary(bitAnd),
  BitwiseOr: binary(bitOr),
  BitwiseXor: binary(bitXor),
  Div: dividing(divide),
  Max: variadic(maximum),
  Min: variadic(minimum),
  Mod: (c) => dividing(attribute.int(c.node, 'fmod', 0) ? remainder : modulo)(c),
  Mul: (c) => binary(isWord(c.tensor(0).type) ? multiply32 : multiply)(c),
  Pow: power,
  Sub: binary(subtract),
  Sum: variadic(add),
} satisfies FoldRules;
