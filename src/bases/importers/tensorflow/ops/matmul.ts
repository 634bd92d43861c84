import { permute } from '../../../../core/index.js';
import type { OpConverter, OpConverters, OpScope } from '../scope.js';
import { fusedOps } from './activation.js';

/** Input `index` with its last two axes swapped where `swap` says so. */
function operand(op: OpScope, index: number, swap: boolean): string {
  if (!swap) return op.input(index);
  const rank = op.stored(index)?.dims.length ?? op.needRank(op.input(index));
  const perm = Array.from({ length: rank }, (_, axis) => (axis < rank - 2 ? axis : 2 * rank - 3 - axis));
  return op.arranged(
    index,
    `${perm}`,
    (tensor) => permute(tensor, perm),
    (value) => op.transpose(value, perm),
  );
}

function product(left: string, right: string): OpConverter {
  return (op) => op.emit('MatMul', [operand(op, 0, op.flag(left)), operand(op, 1, op.flag(right))]);
}

const matMul = product('transpose_a', 'transpose_b');
const batchMatMul = product('adj_x', 'adj_y');

const fusedMatMul: OpConverter = (op) => {
  const { parameters, activate } = fusedOps(op);
  const result = op.emit('MatMul', [operand(op, 0, op.flag('transpose_a')), operand(op, 1, op.flag('transpose_b'))]);
  return activate(parameters.reduce((sum, bias) => op.emit('Add', [sum, bias]), result));
};

export const matMulOps: OpConverters = {
  BatchMatMul: batchMatMul,
  BatchMatMulV2: batchMatMul,
  BatchMatMulV3: batchMatMul,
  Einsum: (op) => op.emit('Einsum', op.inputs(), { equation: op.text('equation', '') }),
  MatMul: matMul,
  _FusedMatMul: fusedMatMul,
};
