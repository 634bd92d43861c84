import { fail, type Tensor } from '../../../core/index.js';
import type { Node, TensorType } from '../model.js';

/** What a shape rule may ask about the node whose output types it states. */
export interface ShapeContext {
  readonly node: Node;
  readonly opset: number;
  /** Type of input `index`. @throws GRAPH_MISSING_INPUT when it is left out. */
  input(index: number): TensorType;
  /** Type of input `index`, `undefined` when it is left out. */
  optional(index: number): TensorType | undefined;
  /** Value of input `index` where it is known at compile time. */
  constant(index: number): Tensor | undefined;
  /** The numbers of a constant input. @throws SHAPE_NOT_STATIC when the output shape depends on data. */
  numbers(index: number): readonly number[];
}

/** The types of all outputs of a node, from those of its inputs. */
export type ShapeRule = (context: ShapeContext) => readonly TensorType[];

/** Where a rule's context comes from: a graph walk or a builder. */
export interface ShapeScope {
  readonly opset: number;
  type(name: string): TensorType | undefined;
  constant(name: string): Tensor | undefined;
}

export function shapeContext(node: Node, scope: ShapeScope): ShapeContext {
  const optional = (index: number): TensorType | undefined => {
    const name = node.inputs[index];
    if (name === undefined || name === '') return undefined;
    return scope.type(name) ?? fail('GRAPH_NO_VALUE', { name });
  };
  const constant = (index: number): Tensor | undefined => {
    const name = node.inputs[index];
    return name === undefined || name === '' ? undefined : scope.constant(name);
  };
  return {
    node,
    opset: scope.opset,
    optional,
    constant,
    input: (index) => optional(index) ?? fail('GRAPH_MISSING_INPUT', { op: node.op, node: node.name, index }),
    numbers: (index) => {
      const tensor = constant(index) ?? fail('SHAPE_NOT_STATIC', { op: node.op, node: node.name, input: node.inputs[index] ?? '' });
      return Array.from(tensor.data as ArrayLike<number | bigint>, Number);
    },
  };
}
