import { attribute, type Convert } from '../../../../engine/graph/index.js';
import { become, type Expansions } from './write.js';

/**
 * Softmax over all dimensions from `axis` on, of data + bias. The bias lacks data's dimensions from some axis up to `axis`, or (outer
 * broadcast) the ones before it.
 */
const biasSoftmax: Convert = (node, c) => {
  const [x = '', bias = ''] = node.inputs;
  const sum = c.add('Add', [x, bias]);
  const rank = c.dimsOf(x)?.length;
  const axis = attribute.int(node, 'axis', 1);
  if (axis === -1 || axis + 1 === rank) return become(node, 'Softmax', [sum], { axis });
  const flat = c.add('Softmax', [c.add('Flatten', [sum], { axis })], { axis: 1 });
  return become(node, 'Reshape', [flat, c.add('Shape', [x])], { allowzero: 1 });
};

export const softmaxExpansions: Expansions = {
  BiasAdd: (node, c) => become(node, 'Add', [c.add('Add', node.inputs.slice(0, 2)), node.inputs[2] ?? '']),
  BiasSoftmax: biasSoftmax,
};
