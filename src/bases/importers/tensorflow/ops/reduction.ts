import type { StandardOp } from '../../../../engine/graph/index.js';
import type { OpConverter, OpConverters, OpScope } from '../scope.js';

function reduce(op: OpScope, target: StandardOp, x: string): string {
  const keepdims = op.flag('keep_dims') || op.flag('keepdims');
  const axes = op.knownNumbers(1);
  if (axes?.length === 0) return target === 'ReduceL2' ? op.emit('Abs', [x]) : x;
  return op.emit(target, [x, op.vector(1)], { keepdims });
}

function reduction(target: StandardOp): OpConverter {
  return (op) => reduce(op, target, op.input(0));
}

/** Of booleans: the smallest or largest of 0 and 1. */
function logical(target: StandardOp): OpConverter {
  return (op) => op.cast(reduce(op, target, op.cast(op.input(0), 'int32')), 'bool');
}

function extreme(target: StandardOp): OpConverter {
  return (op) => {
    const [axis = 0] = op.inputCount < 2 ? [0] : op.numbers(1, 'axis');
    const input = op.input(0);
    const x = op.type(input) === 'bool' ? op.cast(input, 'int32') : input;
    return op.cast(op.emit(target, [x], { axis, keepdims: 0 }), op.dataType('output_type', 'int64'));
  };
}

const cumulativeSum: OpConverter = (op) =>
  op.emit('CumSum', [op.input(0), op.cast(op.input(1), 'int64')], { exclusive: op.flag('exclusive'), reverse: op.flag('reverse') });

export const reductionOps: OpConverters = {
  All: logical('ReduceMin'),
  Any: logical('ReduceMax'),
  ArgMax: extreme('ArgMax'),
  ArgMin: extreme('ArgMin'),
  Cumsum: cumulativeSum,
  EuclideanNorm: reduction('ReduceL2'),
  L2Loss: (op) => {
    const x = op.input(0);
    return op.emit('Mul', [op.emit('ReduceSumSquare', [x], { keepdims: 0 }), op.scalar(0.5, op.type(x))]);
  },
  Max: reduction('ReduceMax'),
  Mean: reduction('ReduceMean'),
  Min: reduction('ReduceMin'),
  Prod: reduction('ReduceProd'),
  Sum: reduction('ReduceSum'),
};
