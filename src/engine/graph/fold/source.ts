import { allocate, float32, int64, scalar, sizeOf, type Tensor } from '../../../core/index.js';
import { attribute } from '../attributes.js';
import { type Element, elementsOf, fromElements, isWide } from './elements.js';
import type { FoldRule, FoldRules } from './rule.js';

const constant: FoldRule = ({ node }) => {
  const [floats, ints] = [attribute.floats(node, 'value_floats'), attribute.ints(node, 'value_ints')];
  if (floats) return [float32([floats.length], floats)];
  if (ints) return [int64([ints.length], ints)];
  if (node.attributes['value_float']) return [scalar('float32', attribute.float(node, 'value_float', 0))];
  if (node.attributes['value_int']) return [scalar('int64', attribute.int(node, 'value_int', 0))];
  const value = attribute.tensor(node, 'value');
  return value && [value];
};

/** A tensor of the given shape, filled with the value attribute, which is 0 by default. */
const constantOfShape: FoldRule = (c) => {
  const { type, dims } = c.output(0);
  const value = attribute.tensor(c.node, 'value')?.data[0];
  const data = allocate(type, sizeOf(dims));
  return [{ type, dims, data: value === undefined ? data : data.fill(value as never) }];
};

/** start, start + step, … below the limit. */
const range: FoldRule = (c) => {
  const { type, dims } = c.output(0);
  const [start, step] = [elementsOf(c.tensor(0))[0] as Element, elementsOf(c.tensor(2))[0] as Element];
  const value = (i: number): Element => (typeof start === 'bigint' ? start + BigInt(i) * (step as bigint) : start + i * (step as number));
  return [
    fromElements(
      { type, dims },
      Array.from({ length: sizeOf(dims) }, (_, i) => value(i)),
    ),
  ];
};

/** The dimensions from `start` to `end` of the input. */
const shape: FoldRule = (c) => {
  const { dims } = c.input(0);
  return [int64(c.output(0).dims, dims.slice(attribute.int(c.node, 'start', 0), attribute.int(c.node, 'end', dims.length)))];
};

/** Ones on diagonal k of a matrix. */
const eyeLike: FoldRule = (c) => {
  const { type, dims } = c.output(0);
  const columns = dims[1] ?? 0;
  const k = attribute.int(c.node, 'k', 0);
  const wide = isWide(type);
  const flags = Array.from({ length: sizeOf(dims) }, (_, i) => (i % columns === Math.floor(i / columns) + k ? 1 : 0));
  return [fromElements({ type, dims }, wide ? flags.map(BigInt) : flags)];
};

export const sourceFolds = {
  Constant: constant,
  ConstantOfShape: constantOfShape,
  EyeLike: eyeLike,
  Range: range,
  Shape: shape,
  Size: (c): readonly Tensor[] => [int64([], [sizeOf(c.input(0).dims)])],
} satisfies FoldRules;
