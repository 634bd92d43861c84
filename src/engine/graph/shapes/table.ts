import { type DataType, fail } from '../../../core/index.js';
import { attribute } from '../attributes.js';
import type { Node, TensorType } from '../model.js';
import type { StandardOp } from '../ops.js';
import type { ShapeRule } from './rule.js';

/** NumPy broadcasting. @throws SHAPE_MISMATCH */
export function broadcast(node: Node, ...shapes: readonly (readonly number[])[]): number[] {
  const rank = Math.max(...shapes.map((dims) => dims.length));
  return Array.from({ length: rank }, (_, axis) => {
    let result = 1;
    for (const dims of shapes) {
      const dim = dims[axis - rank + dims.length] ?? 1;
      if (dim !== 1 && result !== 1 && dim !== result) {
        fail('SHAPE_MISMATCH', { op: node.op, node: node.name, shapes: shapes.map((s) => `[${s.join(', ')}]`).join(' and ') });
      }
      if (dim !== 1) result = dim;
    }
    return result;
  });
}

const same: ShapeRule = (c) => [c.input(0)];
const elementwise: ShapeRule = (c) => [{ type: c.input(0).type, dims: broadcast(c.node, ...c.node.inputs.map((_, i) => c.input(i).dims)) }];
const compare: ShapeRule = (c) => [{ type: 'bool', dims: broadcast(c.node, c.input(0).dims, c.input(1).dims) }];
