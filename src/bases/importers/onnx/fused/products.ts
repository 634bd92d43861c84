import { attribute, type Convert, type ConvertContext, type Node } from '../../../../engine/graph/index.js';
import { activatedByList, activatedByName } from './activation.js';
import { become, type Expansions, number, pick } from './write.js';

/** An operand of FusedMatMul with its batch dimensions moved before the first, and its last two exchanged. */
function operand(node: Node, c: ConvertContext, side: 'A' | 'B'): string {
  const x = node.inputs[side === 'A' ? 0 : 1] ?? '';
  const [swaps, rotates] = [attribute.int(node, `trans${side}`, 0) !== 0, attribute.int(node, `transBatch${side}`, 0) !== 0];
  const rank = c.dimsOf(x)?.length;
  if ((!swaps && !rotates) || (rank !== undefined && rank < 2)) return x;
  if (rank === undefined)
    return rotates ? c.refuse(node, `the number of dimensions of "${x}" is not known`) : c.add('Einsum', [x], { equation: '...ij->...ji' });
  const axes = Array.from({ length: rank }, (_, axis) => axis);
  const perm = rotates ? [...axes.slice(1, -1), 0, rank - 1] : axes;
  const [row = 0, column = 0] = perm.slice(-2);
  return c.add('Transpose', [x], { perm: swaps ? [...perm.slice(0, -2), column, row] : perm });
}

const product: Convert = (node, c) => {
  const operands = [operand(node, c, 'A'), operand(node, c, 'B')];
  const alpha = attribute.float(node, 'alpha', 1);
  if (alpha === 1) return become(node, 'MatMul', operands);
  return become(node, 'Mul', [c.add('MatMul', operands), number(c, alpha, operands[0] ?? '')]);
};

const activatedProduct: Convert = (node, c) => {
  const last = product(node, c);
  return activatedByName(node, c, last ? c.add(last.op as 'MatMul', last.inputs) : '');
};

const gemm: Convert = (node, c) => activatedByName(node, c, c.add('Gemm', node.inputs.slice(0, 3), pick(node, 'alpha', 'beta', 'transA', 'transB')));

/** Convolution, bias, what is added to the result, activation, in this order. */
const conv: Convert = (node, c) => {
  const [x = '', w = '', b = '', added = ''] = node.inputs;
  const y = c.add('Conv', b === '' ? [x, w] : [x, w, b], pick(node, ...WINDOW));
  return activatedByList(node, c, added === '' ? y : c.add('Add', [y, added]));
};

const WINDOW = ['auto_pad', 'dilations', 'group', 'kernel_shape', 'pads', 'strides'];

/** The same with channels last, between two transpositions; the kernels are laid out as ever. */
const channelsLast: Convert = (node, c) => {
  const [x = '', w = '', b = '', added = ''] = node.inputs;
  const rank = c.dimsOf(w)?.length ?? c.dimsOf(x)?.length ?? c.refuse(node, 'the number of dimensions of its input is not known');
  const spatial = Array.from({ length: rank - 2 }, (_, axis) => axis + 1);
  const first = c.add('Transpose', [x], { perm: [0, rank - 1, ...spatial] });
  const y = c.add('Conv', b === '' ? [first, w] : [first, w, b], pick(node, ...WINDOW));
  const last = c.add('Transpose', [y], { perm: [0, ...spatial.map((axis) => axis + 1), 1] });
  return activatedByList(node, c, added === '' ? last : c.add('Add', [last, added]));
};

export const productExpansions: Expansions = {
  FusedConv: conv,
  FusedGemm: gemm,
  FusedMatMul: product,
  FusedMatMulActivation: activatedProduct,
  NhwcConv: channelsLast,
  NhwcFusedConv: channelsLast,
  TransposeMatMul: product,
};
