import type { DataType, Tensor } from '../../../core/index.js';
import type { AttributeValue } from '../attributes.js';
import type { Attribute, Dim, Node } from '../model.js';
import type { StandardOp } from '../ops.js';

/** What a converter may ask about the graph, and the nodes it may add to it. */
export interface ConvertContext {
  typeOf(name: string): DataType | undefined;
  /** Dimensions as far as they are known; `undefined` where not even the rank is. */
  dimsOf(name: string): readonly Dim[] | undefined;
  /** The data of a value that is constant. */
  constantOf(name: string): Tensor | undefined;
  /** The node that makes a value, as it is after conversion; `undefined` for inputs and initialisers. */
  producerOf(name: string): Node | undefined;
  /** Whether anything uses a value, or it is an output. */
  isUsed(name: string): boolean;
  /** Adds a node of the newest opset and returns its output. */
  add(op: StandardOp, inputs: readonly string[], attributes?: Readonly<Record<string, AttributeValue>>): string;
  /** Adds a finished node of the newest opset. */
  emit(node: Node): void;
  constant(tensor: Tensor): string;
  /** A name that no other value has: `hint` itself where it is free. */
  fresh(hint: string): string;
  /** Adds an initialiser, named `hint` where that is free, and returns its name. */
  initializer(hint: string, tensor: Tensor): string;
  /** A 1-D int64 constant. */
  ints(values: readonly number[]): string;
  /** A scalar of the element type of the value `like`. */
  scalarLike(value: number, like: string): string;
  /** @throws GRAPH_UPGRADE */
  refuse(node: Node, reason: string): never;
}

/**
 * Rewrites a node of an op as an older opset defines it into the form of `to`, adding nodes before it where needed;
 * `undefined` when the added nodes replace it.
 */
export type Convert = (node: Node, context: ConvertContext) => Node | undefined;

/** One change of an operator: it applies to nodes of opset `from` ≤ opset < `to`. */
export interface UpgradeRow {
  readonly ops: readonly string[];
  readonly from: number;
  readonly to: number;
  readonly convert: Convert;
}

/** The node without some attributes and with others set. */
export function edit(node: Node, remove: readonly string[], set: Readonly<Record<string, Attribute>> = {}): Node {
  const kept = Object.entries(node.attributes).filter(([name]) => !remove.includes(name));
  return { ...node, attributes: { ...Object.fromEntries(kept), ...set } };
}

/** The node with other inputs; left-out inputs at the end are dropped. */
export function withInputs(node: Node, inputs: readonly string[]): Node {
  const count = inputs.findLastIndex((input) => input !== '') + 1;
  return { ...node, inputs: inputs.slice(0, count) };
}
