import type { GraphBuilder, Node, ShapeContext, StandardOp, Value } from '../graph/index.js';

/** What a gradient rule sees of the node it differentiates. */
export interface RuleContext {
  readonly node: Node;
  /** Adds the backward nodes. */
  readonly b: GraphBuilder;
  /** The node's inputs; `undefined` where an optional one is left out. */
  readonly inputs: readonly (Value | undefined)[];
  readonly outputs: readonly Value[];
  /** Gradient of the loss by each output, `undefined` where the loss does not depend on it. */
  readonly grads: readonly (Value | undefined)[];
  /** The node as the shape rules see it: constant inputs, axes, pads. */
  readonly shape: ShapeContext;
  /** Whether a gradient by input `index` is wanted. Rules need not look: what nothing uses is removed later. */
  needs(index: number): boolean;
  /** Input `index`. @throws GRAPH_MISSING_INPUT */
  x(index: number): Value;
  /** Output `index`. @throws GRAPH_MISSING_OUTPUT */
  y(index: number): Value;
  /** Gradient by output `index`; zeros where the loss does not depend on it. */
  dy(index: number): Value;
  /** The gradients by the inputs, through `rebuild`: the node's outputs in simpler ops, from its inputs. */
  through(rebuild: () => readonly (Value | undefined)[]): readonly (Value | undefined)[];
}

/**
 * The gradients by the inputs of a node, in order; `undefined` for an input that has none (an index, a shape).
 *
 * A gradient may be of the output's broadcast shape: the driver sums it down to the input's. The driver adds up the
 * gradients of a value used several times.
 */
export type GradientRule = (context: RuleContext) => readonly (Value | undefined)[];

/**
 * A row of the rule table: a rule; `'none'` for an op through which no gradient flows (its output is piecewise constant,
 * an index or a shape); `'missing'` for one that is differentiable but has no rule.
 */
export type RuleRow = GradientRule | 'none' | 'missing';

/** The rules of a family of ops. */
export type Rules = Readonly<Partial<Record<StandardOp, RuleRow>>>;
