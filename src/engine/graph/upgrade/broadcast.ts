import { attribute } from '../attributes.js';
import type { Node } from '../model.js';
import { type Convert, type ConvertContext, edit, type UpgradeRow } from './row.js';

/** `ones` dimensions of size 1 behind those of `name`. */
function appendOnes(name: string, ones: number, c: ConvertContext): string {
  const rank = c.dimsOf(name)?.length;
  if (rank === undefined)
    return c.add('Reshape', [name, c.add('Concat', [c.add('Shape', [name]), c.ints(new Array(ones).fill(1))], { axis: 0 })], { allowzero: 1 });
  return c.add('Unsqueeze', [name, c.ints(Array.from({ length: ones }, (_, index) => rank + index))]);
}

/** As {@link appendOnes}, where the ranks are only known at run time: rank(a) − axis − rank(b) dimensions. */
function appendOnesAtRunTime(a: string, b: string, axis: number, c: ConvertContext): string {
  const shape = c.add('Shape', [b]);
  const from = axis < 0 ? c.ints([-axis]) : c.add('Sub', [rankOf(a, c), c.ints([axis])]);
  const ones = c.add('Expand', [c.ints([1]), c.add('Sub', [from, rankOf(b, c)])]);
  return c.add('Reshape', [b, c.add('Concat', [shape, ones], { axis: 0 })], { allowzero: 1 });
}

/** The rank of a value, [1]. */
function rankOf(name: string, c: ConvertContext): string {
  return c.add('Shape', [c.add('Shape', [name])]);
}

/**
 * Before opset 7, `broadcast` asked for broadcasting the second operand, and `axis` said at which dimension of the first
 * its dimensions start (otherwise they are the last ones, as in NumPy).
 */
const legacyBroadcast: Convert = (node, c) => {
  const stripped = edit(node, ['broadcast', 'axis']);
  if (attribute.int(node, 'broadcast', 0) === 0 || node.attributes.axis === undefined) return stripped;
  const [a = '', b = ''] = node.inputs;
  return { ...stripped, inputs: [a, alignAt(node, a, b, c)] };
};

function alignAt(node: Node, a: string, b: string, c: ConvertContext): string {
  const axis = attribute.int(node, 'axis', 0);
  const [rankA, rankB] = [c.dimsOf(a)?.length, c.dimsOf(b)?.length];
  if (rankB === undefined || (rankA === undefined && axis >= 0)) return appendOnesAtRunTime(a, b, axis, c);
  const from = axis < 0 ? -axis : (rankA ?? 0) - axis;
  const ones = from - rankB;
  if (ones < 0) return c.refuse(node, `its second operand has ${rankB} dimensions, more than follow axis ${axis} of the first`);
  return ones === 0 ? b : appendOnes(b, ones, c);
}

/** PRelu 6 → 7: a slope per channel must now broadcast by itself, as [C, 1, …, 1]. */
const prelu: Convert = (node, c) => {
  const [x = '', slope = ''] = node.inputs;
  const slopeDims = c.dimsOf(slope);
  const rank = c.dimsOf(x)?.length;
  if (slopeDims && (slopeDims.length !== 1 || slopeDims[0] === 1)) return node;
  if (rank === undefined) return { ...node, inputs: [x, appendOnesAtRunTime(x, slope, 1, c)] };
  return rank <= 2 ? node : { ...node, inputs: [x, appendOnes(slope, rank - 2, c)] };
};

/** Ops whose broadcasting was an attribute before opset 7. */
export const broadcastRows: readonly UpgradeRow[] = [
  { ops: ['Add', 'Sub', 'Mul', 'Div', 'Pow', 'And', 'Or', 'Xor', 'Equal', 'Greater', 'Less'], from: 1, to: 7, convert: legacyBroadcast },
  { ops: ['Gemm'], from: 1, to: 7, convert: (node) => edit(node, ['broadcast']) },
  { ops: ['PRelu'], from: 6, to: 7, convert: prelu },
];
