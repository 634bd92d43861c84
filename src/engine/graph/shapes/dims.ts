import { type DataType, fail } from '../../../core/index.js';
import { elementTypeOf } from '../element-types.js';
import type { Node, TensorType } from '../model.js';

export type Dims = readonly number[];

function showDims(dims: Dims): string {
  // A dimension that is not known is a hole.
  return `[${Array.from(dims, (dim) => dim ?? '?').join(', ')}]`;
}

/** @throws SHAPE_MISMATCH always. */
export function mismatch(node: Node, ...shapes: readonly Dims[]): never {
  fail('SHAPE_MISMATCH', { op: node.op, node: node.name, shapes: shapes.map(showDims).join(' and ') });
}

/** @throws SHAPE_INVALID always: what the node asks for has no meaning. */
export function invalid(node: Node, reason: string): never {
  fail('SHAPE_INVALID', { op: node.op, node: node.name, reason });
}

/** NumPy broadcasting. @throws SHAPE_MISMATCH */
export function broadcast(node: Node, ...shapes: readonly Dims[]): number[] {
  const rank = Math.max(...shapes.map((dims) => dims.length));
  return Array.from({ length: rank }, (_, axis) => {
    let result = 1;
    for (const dims of shapes) {
      const dim = dims[axis - rank + dims.length] ?? 1;
      if (dim !== 1 && result !== 1 && dim !== result) mismatch(node, ...shapes);
      if (dim !== 1) result = dim;
    }
    return result;
  });
}

/** A possibly negative axis as one in [0, rank). @throws SHAPE_AXIS */
export function axisOf(node: Node, axis: number, rank: number): number {
  if (axis < -rank || axis >= rank) fail('SHAPE_AXIS', { op: node.op, node: node.name, axis, rank });
  return axis < 0 ? axis + rank : axis;
}

export function axesOf(node: Node, axes: Dims, rank: number): number[] {
  return axes.map((axis) => axisOf(node, axis, rank));
}

/** The dimension at `axis`, which must be one of the shape. */
export function dimAt(dims: Dims, axis: number): number {
  return dims[axis] as number;
}

export function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

/** The element type of a TensorProto.DataType number in an attribute. @throws SHAPE_ELEMENT_TYPE */
export function elementType(node: Node, number: number): DataType {
  return elementTypeOf(number) ?? fail('SHAPE_ELEMENT_TYPE', { op: node.op, node: node.name, number });
}

/** The one element type of all inputs. @throws SHAPE_TYPES */
export function commonType(node: Node, ...inputs: readonly TensorType[]): DataType {
  const types = new Set(inputs.map((input) => input.type));
  if (types.size !== 1) fail('SHAPE_TYPES', { op: node.op, node: node.name, types: [...types].join(' and ') });
  return (inputs[0] as TensorType).type;
}
