import { sizeOf, type Tensor } from '../../../core/index.js';
import type { Node, TensorType } from '../model.js';
import { isStandardOp } from '../ops.js';
import { type ShapeScope, shapeContext, statedTypes } from '../shapes/rule.js';
import { shapeRules } from '../shapes/table.js';
import { foldContext } from './rule.js';
import { foldRules } from './table.js';

/** Results larger than this stay nodes of the graph. */
const MOST_ELEMENTS = 1_000_000;

/** Computed whatever its size: it holds its value already. */
const STORED = 'Constant';

/** Ops that need the types of their inputs only. */
const TYPE_ONLY: ReadonlySet<string> = new Set(['Shape', 'Size']);

/** Whether a node's value follows from the types of its inputs. */
export function foldsFromTypes(node: Node): boolean {
  return node.domain === '' && TYPE_ONLY.has(node.op);
}

/**
 * The outputs of a node whose inputs' values `scope` knows, computed at compile time; `undefined` where there is no rule
 * for the op, the result is too large, or running the node would be an error.
 */
export function foldNode(node: Node, scope: ShapeScope): readonly Tensor[] | undefined {
  if (node.domain !== '' || !isStandardOp(node.op)) return undefined;
  const rule = foldRules[node.op];
  const shapeRule = shapeRules[node.op];
  if (!rule) return undefined;
  const shapes = shapeContext(node, scope);
  const types: readonly TensorType[] = shapeRule === 'dynamic' ? [] : statedTypes(shapeRule, shapes);
  const size = types.reduce((sum, type) => sum + sizeOf(type.dims), 0);
  if (node.op !== STORED && !(size <= MOST_ELEMENTS)) return undefined;
  return rule(foldContext(shapes, () => types));
}
