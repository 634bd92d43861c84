import type { OpConverter, OpConverters, OpScope } from '../scope.js';
import { TO_THE_END } from '../scope.js';

/** Rows of input 0 along an axis; with `batch_dims`, each from its own batch. */
function gather(op: OpScope, given: number): string {
  const [x = '', indices = ''] = op.inputs();
  const dims = op.int('batch_dims', 0);
  if (dims === 0) return op.emit('Gather', [x, indices], { axis: given });
  const rank = op.needRank(x);
  const rows = op.needRank(indices);
  const axis = given < 0 ? given + rank : given;
  const batch = dims < 0 ? dims + rows : dims;
  // Between batch and axis: they go behind the axis, and behind what is gathered back again.
  const between = Array.from({ length: axis - batch }, (_, i) => batch + i);
  const front = Array.from({ length: batch }, (_, i) => i);
  const after = Array.from({ length: rank - axis - 1 }, (_, i) => axis + 1 + i);
  const source = op.transpose(x, [...front, axis, ...between, ...after]);
  const gathered = op.emit('GatherND', [source, op.unsqueeze(op.cast(indices, 'int64'), [-1])], { batch_dims: batch });
  const places = Array.from({ length: rank + rows - batch - 1 }, (_, i) => i);
  return op.transpose(gathered, [
    ...front,
    ...places.slice(rows, rows + between.length),
    ...places.slice(batch, rows),
    ...places.slice(rows + between.length),
  ]);
}

type Reduction = 'none' | 'add' | 'max' | 'min';

/** Writes `updates` at `indices` (`[…, depth]`) into `target`; where an index repeats, what `reduction` says. */
function scatter(op: OpScope, target: string, indices: string, updates: string, reduction: Reduction): string {
  const rank = op.rank(target);
  // ScatterND(add) of ONNX Runtime loses sums where threads meet at one index, ScatterElements does not.
  const isRows = rank !== undefined && op.rank(indices) === 2 && op.fixedSize(indices, -1) === 1;
  if (!isRows) return op.emit('ScatterND', [target, indices, updates], { reduction });
  return op.emit('ScatterElements', [target, rowIndices(op, indices, updates, rank), updates], { axis: 0, reduction });
}

/** Rows `[K, 1]` for each element of updates `[K, …]` of `rank` dimensions. */
function rowIndices(op: OpScope, rows: string, updates: string, rank: number): string {
  if (rank === 1) return op.squeeze(rows, [-1]);
  const wide = op.unsqueeze(
    rows,
    Array.from({ length: rank - 2 }, (_, i) => i + 2),
  );
  return op.emit('Expand', [wide, op.emit('Shape', [updates])]);
}

function tensorScatter(reduction: Reduction): OpConverter {
  return (op) => scatter(op, op.input(0), op.cast(op.input(1), 'int64'), op.input(2), reduction);
}

/** Sums of rows with the same number; those with a negative one are left out, in a row of their own. */
const segmentSum: OpConverter = (op) => {
  const [data = ''] = op.inputs();
  const ids = op.cast(op.input(1), 'int64');
  if (op.needRank(ids) !== 1) op.refuse('its segments have more than one dimension');
  const count = op.vector(2, 1);
  const rest = op.emit('Slice', [op.emit('Shape', [data]), op.ints([1]), op.ints([TO_THE_END])]);
  const rows = op.emit('Concat', [op.emit('Add', [count, op.ints([1])]), rest], { axis: 0 });
  const zeros = op.emit('Expand', [op.scalar(0, op.type(data)), rows]);
  const places = op.emit('Where', [op.emit('Less', [ids, op.scalar(0, 'int64')]), count, ids]);
  // The type and rank of the sums are those of the data.
  const sums = op.emit('ScatterElements', [zeros, rowIndices(op, op.unsqueeze(places, [1]), data, op.needRank(data)), data], {
    axis: 0,
    reduction: 'add',
  });
  return op.emit('Slice', [sums, op.ints([0]), count, op.ints([0])]);
};

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
  const values = op.needRank(op.input(2)) === 0 ? op.emit('Expand', [op.input(2), count]) : op.input(2);
  return scatter(op, dense, indices, values, 'none');
};

/** Indices of the true elements, `[count, rank]`. */
const where: OpConverter = (op) => op.transpose(op.emit('NonZero', [op.cast(op.input(0), 'bool')]), [1, 0]);

/** `on` at each index along a new axis, `off` elsewhere; all `off` for indices that are negative or too large. */
const oneHot: OpConverter = (op) => {
  const indices = op.cast(op.input(0), 'int64');
  const axis = op.int('axis', -1);
  const depth = op.emit('Squeeze', [op.vector(1, 1)]);
  const places = op.emit('Range', [op.scalar(0, 'int64'), depth, op.scalar(1, 'int64')]);
  const behind = axis === -1 ? 0 : op.needRank(indices) - axis;
  const row = op.unsqueeze(
    places,
    Array.from({ length: behind }, (_, i) => i + 1),
  );
  const isOn = op.emit('Equal', [op.unsqueeze(indices, [axis]), row]);
  const [on = '', off = ''] = op.inputs(2, 4);
  // ONNX Runtime chooses between numbers only.
  const type = op.type(on);
  return type === 'bool' ? op.cast(op.emit('Where', [isOn, op.cast(on, 'int32'), op.cast(off, 'int32')]), type) : op.emit('Where', [isOn, on, off]);
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
  TensorScatterAdd: tensorScatter('add'),
  TensorScatterMax: tensorScatter('max'),
  TensorScatterMin: tensorScatter('min'),
  TensorScatterSub: (op) => scatter(op, op.input(0), op.cast(op.input(1), 'int64'), op.emit('Neg', [op.input(2)]), 'add'),
  TensorScatterUpdate: tensorScatter('none'),
  TopKV2: topK,
  UnsortedSegmentSum: segmentSum,
  Where: where,
};
