import { attribute, type Convert, type ConvertContext, type Node } from '../../../../engine/graph/index.js';
import { become, type Expansions, number } from './write.js';

const gelu = (node: Node, x: string, approximate: 'none' | 'tanh'): Node => become(node, 'Gelu', [x], { approximate });

function biased(c: ConvertContext, x = '', bias = ''): string {
  return bias === '' ? x : c.add('Add', [x, bias]);
}

/** x·σ(αx) (Hendrycks and Gimpel, 2016). */
const quick: Convert = (node, c) => {
  const [x = ''] = node.inputs;
  const alpha = number(c, attribute.float(node, 'alpha', 1.702), x);
  return become(node, 'Mul', [x, c.add('Sigmoid', [c.add('Mul', [x, alpha])])]);
};

/** Of the halves of x + b along the last axis, the first times GELU of the second. */
const split: Convert = (node, c) => {
  const x = biased(c, ...node.inputs);
  const half = c.add('Div', [c.add('Shape', [x], { start: -1 }), c.ints([2])]);
  const left = c.add('Slice', [x, c.ints([0]), half, c.ints([-1])]);
  const right = c.add('Slice', [x, half, c.ints([Number.MAX_SAFE_INTEGER]), c.ints([-1])]);
  return become(node, 'Mul', [left, c.add('Gelu', [right])]);
};

export const geluExpansions: Expansions = {
  BiasGelu: (node, c) => gelu(node, biased(c, ...node.inputs), 'none'),
  BiasSplitGelu: split,
  FastGelu: (node, c) => gelu(node, biased(c, ...node.inputs), 'tanh'),
  Gelu: (node) => gelu(node, node.inputs[0] ?? '', 'none'),
  GemmFastGelu: (node, c) => gelu(node, biased(c, c.add('MatMul', node.inputs.slice(0, 2)), node.inputs[2]), 'tanh'),
  QuickGelu: quick,
};
