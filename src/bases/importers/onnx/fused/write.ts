import { fromNumbers } from '../../../../core/index.js';
import {
  type Attribute,
  type AttributeValue,
  attributes,
  type Convert,
  type ConvertContext,
  type Node,
  type StandardOp,
} from '../../../../engine/graph/index.js';

/** Attributes as plain values. */
type Values = Readonly<Record<string, AttributeValue>>;

/** What each operator of a domain becomes; a row adds an operator. */
export type Expansions = Readonly<Record<string, Convert>>;

/** The node as a standard `op` on other inputs; it keeps its first output alone unless others are given. */
export function become(
  node: Node,
  op: StandardOp,
  inputs: readonly string[],
  values: Values = {},
  outputs: readonly string[] = node.outputs.slice(0, 1),
): Node {
  const count = inputs.findLastIndex((input) => input !== '') + 1;
  return { name: node.name, op, domain: '', inputs: inputs.slice(0, count), outputs, attributes: attributes(values) };
}

/** Adds the node that makes a value which the graph already names. */
export function define(c: ConvertContext, output: string, op: StandardOp, inputs: readonly string[], values: Values = {}): void {
  c.emit({ name: output, op, domain: '', inputs, outputs: [output], attributes: attributes(values) });
}

/** The node's attributes of these names. */
export function pick(node: Node, ...names: readonly string[]): Values {
  const given = Object.entries(node.attributes).filter(([name, { kind }]) => names.includes(name) && PLAIN.has(kind));
  return Object.fromEntries(given.map(([name, attribute]) => [name, 'value' in attribute ? (attribute.value as AttributeValue) : undefined]));
}

const PLAIN: ReadonlySet<Attribute['kind']> = new Set(['int', 'float', 'string', 'ints', 'floats', 'strings']);

/** A scalar of the element type of `like`, float32 where that is not known: half precision is widened before. */
export function number(c: ConvertContext, value: number, like: string): string {
  return c.constant(fromNumbers(c.typeOf(like) ?? 'float32', [], [value]));
}

/** The outputs of a Split along an axis: as many as there are sizes. */
export function split(c: ConvertContext, x: string, axis: number, sizes: readonly number[]): string[] {
  const ends = sizes.map((_, index) => sizes.slice(0, index + 1).reduce((sum, size) => sum + size, 0));
  return sizes.map((size, index) => {
    const end = ends[index] ?? 0;
    return c.add('Slice', [x, c.ints([end - size]), c.ints([end]), c.ints([axis])]);
  });
}

/** Size of a dimension as a 1-D tensor. */
export function dimOf(c: ConvertContext, x: string, axis: number): string {
  return c.add('Shape', [x], { start: axis, ...(axis === -1 ? {} : { end: axis + 1 }) });
}
