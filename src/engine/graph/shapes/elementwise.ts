import { attribute } from '../attributes.js';
import { broadcast, commonType, elementType, mismatch } from './dims.js';
import type { ShapeRule, ShapeRules } from './rule.js';

/** One output of the first input's type and shape. */
export const same: ShapeRule = (c) => [c.input(0)];

/** Inputs of one type, broadcast together. */
const broadcasting: ShapeRule = (c) => [
  { type: commonType(c.node, ...c.inputs()), dims: broadcast(c.node, ...c.inputs().map((input) => input.dims)) },
];

const comparison: ShapeRule = (c) => {
  commonType(c.node, ...c.inputs());
  return [{ type: 'bool', dims: broadcast(c.node, c.input(0).dims, c.input(1).dims) }];
};

const predicate: ShapeRule = (c) => [{ type: 'bool', dims: c.input(0).dims }];

/** The exponent may have a type of its own. */
const power: ShapeRule = (c) => [{ type: c.input(0).type, dims: broadcast(c.node, c.input(0).dims, c.input(1).dims) }];

/** The slope broadcasts to the input, never the other way round. */
const prelu: ShapeRule = (c) => {
  const [x, slope] = [c.input(0), c.input(1)];
  if (broadcast(c.node, x.dims, slope.dims).length !== x.dims.length) mismatch(c.node, x.dims, slope.dims);
  return [x];
};

const where: ShapeRule = (c) => [
  { type: commonType(c.node, c.input(1), c.input(2)), dims: broadcast(c.node, c.input(0).dims, c.input(1).dims, c.input(2).dims) },
];

const cast: ShapeRule = (c) => [{ type: elementType(c.node, attribute.int(c.node, 'to', 1)), dims: c.input(0).dims }];

const castLike: ShapeRule = (c) => [{ type: c.input(1).type, dims: c.input(0).dims }];

/** Bounds are of the input's type; either may be left out. */
const clip: ShapeRule = (c) => {
  const x = c.input(0);
  commonType(c.node, ...[x, c.optional(1), c.optional(2)].filter((type) => type !== undefined));
  return [x];
};

/** The output, and the mask of what was kept. */
const dropout: ShapeRule = (c) => [c.input(0), { type: 'bool', dims: c.input(0).dims }];

export const elementwiseShapes = {
  Abs: same,
  Acos: same,
  Acosh: same,
  Add: broadcasting,
  And: broadcasting,
  Asin: same,
  Asinh: same,
  Atan: same,
  Atanh: same,
  BitShift: broadcasting,
  BitwiseAnd: broadcasting,
  BitwiseNot: same,
  BitwiseOr: broadcasting,
  BitwiseXor: broadcasting,
  Cast: cast,
  CastLike: castLike,
  Ceil: same,
  Celu: same,
  Clip: clip,
  Cos: same,
  Cosh: same,
  CumSum: same,
  Div: broadcasting,
  Dropout: dropout,
  Elu: same,
  Equal: comparison,
  Erf: same,
  Exp: same,
  Floor: same,
  Gelu: same,
  Greater: comparison,
  GreaterOrEqual: comparison,
  HardSigmoid: same,
  HardSwish: same,
  Hardmax: same,
  Identity: same,
  IsInf: predicate,
  IsNaN: predicate,
  LeakyRelu: same,
  Less: comparison,
  LessOrEqual: comparison,
  Log: same,
  LogSoftmax: same,
  Max: broadcasting,
  Mean: broadcasting,
  Min: broadcasting,
  Mish: same,
  Mod: broadcasting,
  Mul: broadcasting,
  Neg: same,
  Not: same,
  Or: broadcasting,
  PRelu: prelu,
  Pow: power,
  Reciprocal: same,
  Relu: same,
  Round: same,
  Selu: same,
  Shrink: same,
  Sigmoid: same,
  Sign: same,
  Sin: same,
  Sinh: same,
  Softmax: same,
  Softplus: same,
  Softsign: same,
  Sqrt: same,
  Sub: broadcasting,
  Sum: broadcasting,
  Tan: same,
  Tanh: same,
  ThresholdedRelu: same,
  Where: where,
  Xor: broadcasting,
} satisfies ShapeRules;
