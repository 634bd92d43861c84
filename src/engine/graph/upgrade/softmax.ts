import { attribute } from '../attributes.js';
import type { Node } from '../model.js';
import { type Convert, type ConvertContext, edit, type UpgradeRow } from './row.js';

/**
 * Softmax, LogSoftmax and Hardmax before opset 13 flatten their input to two dimensions at `axis` (1 by default) and work
 * along the second. Where all dimensions after `axis` have size 1, that is what the newer form does along `axis` alone.
 */
const coerced: Convert = (node, c) => {
  const [x = ''] = node.inputs;
  const axis = attribute.int(node, 'axis', 1);
  if (isAlongOneAxis(x, axis, c)) return edit(node, [], { axis: { kind: 'int', value: axis } });
  return flattened(node, x, axis, c);
};

function isAlongOneAxis(x: string, axis: number, c: ConvertContext): boolean {
  const dims = c.dimsOf(x);
  if (axis === -1) return true;
  if (!dims) return false;
  const from = axis < 0 ? axis + dims.length : axis;
  return from < dims.length && dims.slice(from + 1).every((dim) => dim === 1);
}

function flattened(node: Node, x: string, axis: number, c: ConvertContext): undefined {
  const rows = c.add('Flatten', [x], { axis });
  const result = c.add(node.op as 'Softmax', [rows], { axis: 1 });
  c.emit({ ...node, op: 'Reshape', inputs: [result, c.add('Shape', [x])], attributes: { allowzero: { kind: 'int', value: 1 } } });
}

export const softmaxRows: readonly UpgradeRow[] = [{ ops: ['Softmax', 'LogSoftmax', 'Hardmax'], from: 1, to: 13, convert: coerced }];
