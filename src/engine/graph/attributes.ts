import { fail, type Tensor } from '../../core/index.js';
import type { Attribute, Attributes, Graph, Node } from './model.js';

export type AttributeValue = number | string | boolean | readonly number[] | readonly string[] | Tensor | Graph | undefined;

function read<Kind extends Attribute['kind']>(node: Node, name: string, kind: Kind): Extract<Attribute, { kind: Kind }> | undefined {
  const attribute = node.attributes[name];
  if (attribute === undefined) return undefined;
  if (attribute.kind !== kind) fail('ATTRIBUTE_KIND', { node: node.name, op: node.op, attribute: name, expected: kind, actual: attribute.kind });
  return attribute as Extract<Attribute, { kind: Kind }>;
}

/** Readers of node attributes with the default the ONNX specification gives. */
export const attribute = {
  int: (node: Node, name: string, otherwise: number): number => read(node, name, 'int')?.value ?? otherwise,
  float: (node: Node, name: string, otherwise: number): number => read(node, name, 'float')?.value ?? otherwise,
  string: (node: Node, name: string, otherwise: string): string => read(node, name, 'string')?.value ?? otherwise,
  ints: (node: Node, name: string): readonly number[] | undefined => read(node, name, 'ints')?.value,
  floats: (node: Node, name: string): readonly number[] | undefined => read(node, name, 'floats')?.value,
  strings: (node: Node, name: string): readonly string[] | undefined => read(node, name, 'strings')?.value,
  graph: (node: Node, name: string): Graph | undefined => read(node, name, 'graph')?.value,
  tensor: (node: Node, name: string): Tensor | undefined => {
    const value = read(node, name, 'tensor')?.value;
    if (value?.type === 'opaque') fail('TENSOR_OPAQUE', { name: `${node.name}.${name}` });
    return value;
  },
};

/** Float attributes that the specification types as `float`, wherever a whole number is given for them. */
const FLOAT_ATTRIBUTES = new Set([
  'alpha',
  'beta',
  'gamma',
  'epsilon',
  'momentum',
  'bias',
  'lambd',
  'cubic_coeff_a',
  'extrapolation_value',
  'ratio',
  'clip',
  'scale',
  'softcap',
  'activation_alpha',
  'activation_beta',
]);

/** Attributes from plain values. A number is an `int` when the ONNX attribute of that name is one. */
export function attributes(values: Readonly<Record<string, AttributeValue>>): Attributes {
  const result: Record<string, Attribute> = {};
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined) result[name] = toAttribute(name, value);
  }
  return result;
}

function toAttribute(name: string, value: Exclude<AttributeValue, undefined>): Attribute {
  if (typeof value === 'boolean') return { kind: 'int', value: value ? 1 : 0 };
  if (typeof value === 'number') return { kind: FLOAT_ATTRIBUTES.has(name) ? 'float' : 'int', value };
  if (typeof value === 'string') return { kind: 'string', value };
  if (isStrings(value)) return { kind: 'strings', value };
  if (isNumbers(value)) return { kind: FLOAT_ATTRIBUTES.has(name) ? 'floats' : 'ints', value };
  return 'nodes' in value ? { kind: 'graph', value } : { kind: 'tensor', value };
}

/** The first attribute whose whole numbers are none, as text: it comes of sizes that are not known or do not divide. */
export function oddAttribute(attributes: Attributes): string | undefined {
  const numbersOf = (attribute: Attribute): readonly number[] =>
    attribute.kind === 'int' ? [attribute.value] : attribute.kind === 'ints' ? attribute.value : [];
  // A hole in a list is no whole number, either.
  const odd = Object.entries(attributes).find(([, attribute]) => !Array.from(numbersOf(attribute)).every(Number.isInteger));
  return odd && `${odd[0]} = ${numbersOf(odd[1]).join(', ')}`;
}

function isStrings(value: object): value is readonly string[] {
  return Array.isArray(value) && typeof value[0] === 'string';
}

function isNumbers(value: object): value is readonly number[] {
  return Array.isArray(value);
}
