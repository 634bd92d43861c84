import { fail } from '../../../core/index.js';
import type { Node, TensorType } from '../model.js';
import { isStandardOp } from '../ops.js';
import { type ShapeScope, shapeContext, statedTypes } from './rule.js';
import { shapeRules } from './table.js';

export { axisOf } from './dims.js';
export { parseEinsum } from './einsum.js';
export { reducedAxes } from './reduce.js';
export { resizePlan } from './resize.js';
export { type ShapeContext, type ShapeScope, shapeContext } from './rule.js';
export { padsOf, sliceRanges } from './slice.js';
export { transposedWindowOf, type Window, windowOf } from './window.js';

/**
 * The types of a node's outputs.
 * @throws GRAPH_UNKNOWN_OP, SHAPE_NOT_STATIC, SHAPE_MISMATCH naming the node.
 */
export function inferNode(node: Node, scope: ShapeScope): readonly TensorType[] {
  if (node.domain !== '' || !isStandardOp(node.op)) fail('GRAPH_UNKNOWN_OP', { op: node.op, domain: node.domain, node: node.name });
  const rule = shapeRules[node.op];
  if (rule === 'dynamic') fail('SHAPE_DYNAMIC', { op: node.op, node: node.name });
  return statedTypes(rule, shapeContext(node, scope));
}
