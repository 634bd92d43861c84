import { attribute } from '../attributes.js';
import type { Node, TensorType } from '../model.js';
import { commonType, elementType, invalid } from './dims.js';
import type { ShapeContext, ShapeRule, ShapeRules } from './rule.js';

/** The type of a Constant node's value. */
function constantType(node: Node): TensorType {
  const tensor = attribute.tensor(node, 'value');
  if (tensor) return { type: tensor.type, dims: tensor.dims };
  const [floats, ints] = [attribute.floats(node, 'value_floats'), attribute.ints(node, 'value_ints')];
  if (floats) return { type: 'float32', dims: [floats.length] };
  if (ints) return { type: 'int64', dims: [ints.length] };
  if (node.attributes['value_float']) return { type: 'float32', dims: [] };
  if (node.attributes['value_int']) return { type: 'int64', dims: [] };
  invalid(node, 'it holds strings or a sparse tensor');
}

/** The element type a dtype attribute states, or that of the first input. */
function statedType(c: ShapeContext): TensorType['type'] {
  const stated = attribute.int(c.node, 'dtype', 0);
  return stated === 0 ? c.input(0).type : elementType(c.node, stated);
}

const constantOfShape: ShapeRule = (c) => [{ type: attribute.tensor(c.node, 'value')?.type ?? 'float32', dims: c.numbers(0) }];

const range: ShapeRule = (c) => {
  const [start, limit, step] = [c.numbers(0)[0] ?? 0, c.numbers(1)[0] ?? 0, c.numbers(2)[0] ?? 1];
  if (step === 0) invalid(c.node, 'its step is 0');
  return [{ type: commonType(c.node, ...c.inputs()), dims: [Math.max(0, Math.ceil((limit - start) / step))] }];
};

const like: ShapeRule = (c) => [{ type: statedType(c), dims: c.input(0).dims }];

const random: ShapeRule = (c) => [
  { type: elementType(c.node, attribute.int(c.node, 'dtype', 1)), dims: attribute.ints(c.node, 'shape') ?? invalid(c.node, 'it has no shape') },
];

/** Class scores [N, C] to [N, sample_size] draws. */
const multinomial: ShapeRule = (c) => [
  { type: elementType(c.node, attribute.int(c.node, 'dtype', 6)), dims: [c.input(0).dims[0] ?? 1, attribute.int(c.node, 'sample_size', 1)] },
];

export const sourceShapes = {
  Bernoulli: like,
  Constant: (c) => [constantType(c.node)],
  ConstantOfShape: constantOfShape,
  EyeLike: like,
  Multinomial: multinomial,
  RandomNormal: random,
  RandomNormalLike: like,
  RandomUniform: random,
  RandomUniformLike: like,
  Range: range,
  Shape: (c) => {
    const rank = c.input(0).dims.length;
    const bound = (value: number): number => Math.min(Math.max(value < 0 ? value + rank : value, 0), rank);
    const size = bound(attribute.int(c.node, 'end', rank)) - bound(attribute.int(c.node, 'start', 0));
    return [{ type: 'int64', dims: [Math.max(0, size)] }];
  },
  Size: () => [{ type: 'int64', dims: [] }],
} satisfies ShapeRules;
