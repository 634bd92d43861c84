import type { Tensor } from '../../../core/index.js';
import type { AttributeValue } from '../attributes.js';
import type { Node, TensorType } from '../model.js';
import type { StandardOp } from '../ops.js';
import type { Pattern } from './pattern.js';

/** A place in a graph that a pattern describes. */
export interface Match {
  /** The node whose first output the pattern describes. */
  readonly root: Node;
  /** Name of a captured value. */
  value(name: string): string;
  /** A captured node. */
  node(name: string): Node;
  /** Whether the matched form of the pattern has this capture. */
  has(name: string): boolean;
  /** Type of a value of the graph. */
  type(value: string): TensorType;
  /** Numbers of a value known at compile time. */
  numbers(value: string): readonly number[] | undefined;
}

/** Makes the nodes that take the place of a match. */
export interface Replacement {
  /** Adds a node and returns the name of its output. */
  op(op: StandardOp, inputs: readonly string[], attributes?: Readonly<Record<string, AttributeValue>>): string;
  constant(tensor: Tensor): string;
}

/** Pattern, check, replace: after the rewriter of onnxscript. */
export interface RewriteRule {
  readonly name: string;
  /** The forms it looks for, the largest first. */
  readonly patterns: readonly Pattern[];
  /** Whether values inside the match may be used elsewhere; their nodes then stay. */
  readonly sharedInside?: boolean;
  /** Why the rule does not apply to a match; `undefined` when it does. */
  check(match: Match): string | undefined;
  /** The value that takes the place of the match's. It must have the same type. */
  replace(match: Match, make: Replacement): string;
}
