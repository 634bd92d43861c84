import { fail, type Tensor } from '../../../core/index.js';
import type { TensorType } from '../model.js';
import type { StandardOp } from '../ops.js';
import type { ShapeContext } from '../shapes/rule.js';

/** What a fold rule may ask about the node it computes. */
export interface FoldContext extends ShapeContext {
  /** Value of input `index`. @throws SHAPE_NOT_STATIC when it is not known. */
  tensor(index: number): Tensor;
  /** Value of input `index`, `undefined` when it is left out. */
  optionalTensor(index: number): Tensor | undefined;
  /** Type of output `index`, from the op's shape rule. */
  output(index: number): TensorType;
  /** Types of all outputs, from the op's shape rule. */
  outputs(): readonly TensorType[];
}

/** The outputs of a node whose inputs are known; `undefined` where running it would be an error or undefined behaviour. */
export type FoldRule = (context: FoldContext) => readonly Tensor[] | undefined;

/** The fold rules of a family of ops. */
export type FoldRules = Readonly<Partial<Record<StandardOp, FoldRule>>>;

export function foldContext(shapes: ShapeContext, outputs: () => readonly TensorType[]): FoldContext {
  const { node } = shapes;
  const tensor = (index: number): Tensor =>
    shapes.constant(index) ?? fail('SHAPE_NOT_STATIC', { op: node.op, node: node.name, input: node.inputs[index] ?? '' });
  return {
    ...shapes,
    tensor,
    optionalTensor: (index) => (shapes.optional(index) === undefined ? undefined : tensor(index)),
    outputs,
    output: (index) => outputs()[index] ?? fail('GRAPH_NO_TYPE', { value: node.outputs[index] ?? '', op: node.op, node: node.name }),
  };
}
