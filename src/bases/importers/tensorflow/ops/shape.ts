import type { OpConverter, OpConverters, OpScope } from '../scope.js';

/** TensorFlow's shapes are int32 unless the node says otherwise. */
const shape: OpConverter = (op) => op.cast(op.emit('Shape', [op.input(0)]), op.dataType('out_type', 'int32'));

const reshape: OpConverter = (op) => {
  // A 0 of TensorFlow is an empty dimension, one of ONNX copies that of the input.
  const allowzero = op.knownNumbers(1)?.includes(0) === true ? 1 : undefined;
  return op.emit('Reshape', [op.input(0), op.vector(1)], { allowzero });
};

const squeeze: OpConverter = (op) => {
  const axes = [...op.intList('squeeze_dims'), ...op.intList('axis')];
  return axes.length === 0 ? op.emit('Squeeze', [op.input(0)]) : op.squeeze(op.input(0), axes);
};

const transpose: OpConverter = (op) => op.transpose(op.input(0), op.numbers(1, 'permutation'));

/** Stacks values along a new axis. */
const pack: OpConverter = (op) => {
  const axis = op.int('axis', 0);
  const rows = op.inputs().map((input) => op.unsqueeze(input, [axis]));
  return rows.length === 1 ? (rows[0] ?? '') : op.emit('Concat', rows, { axis });
};

/** Takes a value apart along an axis, which goes. */
const unpack: OpConverter = (op) => {
  const axis = op.int('axis', 0);
  const count = op.int('num', 1);
  if (count === 1) return [op.squeeze(op.input(0), [axis])];
  const parts = op.emitMany('Split', [op.input(0)], { axis, num_outputs: count }, count);
  return parts.map((part) => op.squeeze(part, [axis]));
};

function concat(op: OpScope, axisAt: number, from: number, to: number): string {
  const [axis = 0] = op.numbers(axisAt, 'axis');
  const values = op.inputs(from, to);
  return values.length === 1 ? (values[0] ?? '') : op.emit('Concat', values, { axis });
}

const split: OpConverter = (op) => {
  const [axis = 0] = op.numbers(0, 'axis');
  const count = op.int('num_split', 1);
  return count === 1 ? [op.input(1)] : op.emitMany('Split', [op.input(1)], { axis, num_outputs: count }, count);
};

/** Parts of given sizes, of which one may be −1: what is left. */
const splitBySizes: OpConverter = (op) => {
  const sizes = op.numbers(1, 'sizes');
  const [axis = 0] = op.numbers(2, 'axis');
  const whole = op.fixedSize(op.input(0), axis);
  const known = sizes.filter((size) => size >= 0).reduce((sum, size) => sum + size, 0);
  if (sizes.includes(-1) && whole === undefined) op.refuse('the size of one of its parts is not known');
  const filled = sizes.map((size) => (size < 0 ? (whole ?? 0) - known : size));
  return sizes.length === 1 ? [op.input(0)] : op.emitMany('Split', [op.input(0), op.ints(filled)], { axis }, sizes.length);
};

const rank: OpConverter = (op) => op.scalar(op.needRank(op.input(0)), 'int32');

export const shapeOps: OpConverters = {
  Concat: (op) => concat(op, 0, 1, op.inputCount),
  ConcatV2: (op) => concat(op, op.inputCount - 1, 0, op.inputCount - 1),
  ExpandDims: (op) => op.unsqueeze(op.input(0), op.numbers(1, 'axis')),
  Pack: pack,
  ParallelConcat: (op) => op.emit('Concat', op.inputs(), { axis: 0 }),
  Rank: rank,
  Reshape: reshape,
  Shape: shape,
  ShapeN: (op) => op.inputs().map((input) => op.cast(op.emit('Shape', [input]), op.dataType('out_type', 'int32'))),
  Size: (op) => op.cast(op.emit('Size', [op.input(0)]), op.dataType('out_type', 'int32')),
  Split: split,
  SplitV: splitBySizes,
  Squeeze: squeeze,
  Transpose: transpose,
  Unpack: unpack,
};
