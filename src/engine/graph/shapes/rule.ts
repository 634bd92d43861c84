import { fail, type Tensor, toNumbers } from '../../../core/index.js';
import type { Node, TensorType } from '../model.js';
import type { StandardOp } from '../ops.js';
import { invalid } from './dims.js';

/** What a shape rule may ask about the node whose output types it states. */
export interface ShapeContext {
  readonly node: Node;
  readonly opset: number;
  /** Type of input `index`. @throws GRAPH_MISSING_INPUT when it is left out. */
  input(index: number): TensorType;
  /** Type of input `index`, `undefined` when it is left out. */
  optional(index: number): TensorType | undefined;
  /** Types of all inputs, none of which may be left out. */
  inputs(): readonly TensorType[];
  /** Value of input `index` where it is known at compile time. */
  constant(index: number): Tensor | undefined;
  /** The numbers of a constant input. @throws SHAPE_NOT_STATIC when the output shape depends on data. */
  numbers(index: number): readonly number[];
  /** The numbers of a constant input, `undefined` when it is left out. @throws SHAPE_NOT_STATIC */
  optionalNumbers(index: number): readonly number[] | undefined;
}

/** The types of all outputs of a node, from those of its inputs. */
export type ShapeRule = (context: ShapeContext) => readonly TensorType[];

/**
 * What a rule states. Its arithmetic on attributes that make no sense gives sizes that make none.
 * @throws SHAPE_INVALID, and what the rule throws
 */
export function statedTypes(rule: ShapeRule, context: ShapeContext): readonly TensorType[] {
  const types = rule(context);
  // NaN is a size that is not known.
  const wrong = types.find(({ dims }) => dims.some((dim) => dim < 0 || dim > Number.MAX_SAFE_INTEGER || dim > Math.floor(dim)));
  return wrong ? invalid(context.node, `its output would have the shape [${wrong.dims.join(', ')}]`) : types;
}

/** The shape rules of a family of ops. */
export type ShapeRules = Readonly<Partial<Record<StandardOp, ShapeRule>>>;

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
  const input = (index: number): TensorType => optional(index) ?? fail('GRAPH_MISSING_INPUT', { op: node.op, node: node.name, index });
  const constant = (index: number): Tensor | undefined => {
    const name = node.inputs[index];
    return name === undefined || name === '' ? undefined : scope.constant(name);
  };
  const numbers = (index: number): readonly number[] => {
    input(index);
    return toNumbers(constant(index) ?? fail('SHAPE_NOT_STATIC', { op: node.op, node: node.name, input: node.inputs[index] ?? '' }));
  };
  return {
    node,
    opset: scope.opset,
    optional,
    constant,
    input,
    numbers,
    inputs: () => node.inputs.map((_, index) => input(index)),
    optionalNumbers: (index) => (optional(index) === undefined ? undefined : numbers(index)),
  };
}
