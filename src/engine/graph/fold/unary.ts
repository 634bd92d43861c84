import type { Tensor } from '../../../core/index.js';
import { type DataType, isFloat } from '../../../core/index.js';
import { attribute } from '../attributes.js';
import { elementType } from '../shapes/dims.js';
import { type Element, elementsOf, fromElements, isWide } from './elements.js';
import type { FoldRule, FoldRules } from './rule.js';

/** An operation on a number, and the same on a 64-bit integer; whole numbers are left alone where there is none. */
const unary =
  (number: (x: number) => number, wide?: (x: bigint) => bigint): FoldRule =>
  (c) => {
    const x = c.tensor(0);
    if (isWide(x.type) && !wide) return [x];
    const apply = (isWide(x.type) ? wide : number) as (x: Element) => Element;
    return [
      fromElements(
        x,
        Array.from<Element, Element>(elementsOf(x), (value) => apply(value)),
      ),
    ];
  };

const predicate =
  (test: (x: number) => boolean): FoldRule =>
  (c) => [
    fromElements(
      { type: 'bool', dims: c.tensor(0).dims },
      Array.from<Element, number>(elementsOf(c.tensor(0)), (x) => (test(Number(x)) ? 1 : 0)),
    ),
  ];

function roundHalfEven(x: number): number {
  const floor = Math.floor(x);
  if (x - floor !== 0.5) return Math.round(x);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** Between types as C converts: floats are truncated towards zero, integers wrap, anything but 0 is true. */
function convert(type: DataType, from: DataType): (x: Element) => Element {
  if (type === 'bool') return (x) => (x === 0 || x === 0n ? 0 : 1);
  if (isFloat(type)) return Number;
  if (!isWide(type)) return isWide(from) ? (x) => Number(BigInt.asIntN(32, x as bigint)) : (x) => x;
  const [low, high] = type === 'int64' ? [-(2 ** 63), 2 ** 63 - 1024] : [0, 2 ** 64 - 2048];
  return (x) => (typeof x === 'bigint' ? x : BigInt(Math.trunc(Math.min(Math.max(Number.isNaN(x) ? 0 : x, low), high))));
}

/** The elements of `source` as `type`. */
function castTensor(source: Tensor, type: DataType): Tensor {
  if (source.type === type) return source;
  return fromElements({ type, dims: source.dims }, Array.from<Element, Element>(elementsOf(source), convert(type, source.type)));
}

/** Bounds are inputs 1 and 2, either of which may be left out. */
const clip: FoldRule = (c) => {
  const x = c.tensor(0);
  const [low, high] = [c.optionalTensor(1), c.optionalTensor(2)].map((bound) => bound && (elementsOf(bound)[0] as Element));
  const apply = (value: Element): Element => {
    const raised = low !== undefined && value < low ? low : value;
    return high !== undefined && raised > high ? high : raised;
  };
  return [fromElements(x, Array.from<Element, Element>(elementsOf(x), apply))];
};

export const unaryFolds = {
  Abs: unary(Math.abs, (x) => (x < 0n ? -x : x)),
  BitwiseNot: unary(
    (x) => ~x,
    (x) => ~x,
  ),
  Cast: (c) => [castTensor(c.tensor(0), elementType(c.node, attribute.int(c.node, 'to', 1)))],
  CastLike: (c) => [castTensor(c.tensor(0), c.input(1).type)],
  Ceil: unary(Math.ceil),
  Clip: clip,
  Cos: unary(Math.cos),
  Exp: unary(Math.exp),
  Floor: unary(Math.floor),
  Identity: (c) => [c.tensor(0)],
  IsInf: (c) => {
    const [negative, positive] = [attribute.int(c.node, 'detect_negative', 1), attribute.int(c.node, 'detect_positive', 1)];
    return predicate((x) => (x === Number.POSITIVE_INFINITY && positive === 1) || (x === Number.NEGATIVE_INFINITY && negative === 1))(c);
  },
  IsNaN: predicate(Number.isNaN),
  Log: unary(Math.log),
  Neg: unary(
    (x) => -x,
    (x) => -x,
  ),
  Not: unary((x) => 1 - x),
  Reciprocal: unary((x) => 1 / x),
  Relu: unary(
    (x) => Math.max(x, 0),
    (x) => (x > 0n ? x : 0n),
  ),
  Round: unary(roundHalfEven),
  Sigmoid: unary((x) => 1 / (1 + Math.exp(-x))),
  Sign: unary(Math.sign, (x) => (x > 0n ? 1n : x < 0n ? -1n : 0n)),
  Sin: unary(Math.sin),
  Sqrt: unary(Math.sqrt),
  Tanh: unary(Math.tanh),
} satisfies FoldRules;
