import type { OpConverter, OpConverters, OpScope } from '../scope.js';

/** Rows of input 0 along an axis; with `batch_dims`, each from its own batch. */
function gather(op: OpScope, axis: number): string {
  const batch = op.int('batch_dims', 0);
  if (batch === 0) return op.emit('Gather', [op.input(0), op.input(1)], { axis });
  const rank = op.needRank(op.input(0));
  if (batch < 0 || (axis < 0 ? axis + rank : axis) !== batch) op.refuse(`it gathers along axis ${axis} with batch_dims = ${batch}`);
  const indices = op.unsqueeze(op.cast(op.input(1), 'int64'), [-1]);
  return op.emit('GatherND', [op.input(0), indices], { batch_dims: batch });
}

/** Writes `updates` at `indices` (`[…, depth]`) into `target`; sums them up where an index repeats, for `reduction` add. */
function scatter(op: OpScope, target: string, indices: string, updates: string, reduction: 'none' | 'add'): string {
  const depth = op.emitter.type(indices)?.dims.at(-1);
  // ScatterND(add) of ONNX Runtime loses sums where threads meet at one index, ScatterElements does not.
  const isVector = depth === 1 && op.rank(target) === 1;
  if (!isVector) return op.emit('ScatterND', [target, indices, updates], { reduction });
  return op.emit('ScatterElements', [target, op.squeeze(indices, [-1]), updates], { axis: 0, reduction });
}

const scatterNd: OpConverter = (op) => {
  const updates = op.input(1);
  const zeros = op.emit('Expand', [op.scalar(0, op.type(updates)), op.vector(2)]);
  return scatter(op, zeros, op.cast(op.input(0), 'int64'), updates, 'add');
};

/** Inputs: indices (a vector, or a row an element), shape, values, the value of all other elements. */
const sparseToDense: OpConverter = (op) => {
  const dense = op.emit('Expand', [op.input(3), op.vector(1)]);
  const given = op.cast(op.input(0), 'int64');
  const indices = op.needRank(given) === 2 ? given : op.emit('Reshape', [given, op.ints([-1, 1])]);
  const count = op.emit('Slice', [op.emit('Shape', [indices]), op.ints([0]), op.ints([1])]);
  const values = op.rank(op.input(2)) === 0 ? op.emit('Expand', [op.input(2), count]) : op.input(2);
  return scatter(op, dense, indices, values, 'none');
};

/** Indices of the true elements, `[count, rank]`. */
const where: OpConverter = (op) => op.transpose(op.emit('NonZero', [op.cast(op.input(0), 'bool')]), [1, 0]);

const oneHot: OpConverter = (op) => {
  const values = op.emit('Concat', [op.unsqueeze(op.input(3), [0]), op.unsqueeze(op.input(2), [0])], { axis: 0 });
  return op.emit('OneHot', [op.input(0), op.vector(1), values], { axis: op.int('axis', -1) });
};

const topK: OpConverter = (op) => {
  const [values = '', indices = ''] = op.emitMany('TopK', [op.input(0), op.vector(1)], { sorted: op.flag('sorted', true) }, 2);
  return [values, op.cast(indices, 'int32')];
};

export const gatherOps: OpConverters = {
  Gather: (op) => gather(op, 0),
  GatherNd: (op) => op.emit('GatherND', [op.input(0), op.cast(op.input(1), 'int64')]),
  GatherV2: (op) => gather(op, op.numbers(2, 'axis')[0] ?? 0),
  OneHot: oneHot,
  ResourceGather: (op) => gather(op, 0),
  ScatterNd: scatterNd,
  SparseToDense: sparseToDense,
  TensorScatterAdd: (op) => scatter(op, op.input(0), op.cast(op.input(1), 'int64'), op.input(2), 'add'),
  TensorScatterUpdate: (op) => scatter(op, op.input(0), op.cast(op.input(1), 'int64'), op.input(2), 'none'),
  TopKV2: topK,
  Where: where,
};
