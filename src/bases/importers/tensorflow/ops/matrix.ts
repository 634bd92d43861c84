import type { OpConverter, OpConverters, OpScope } from '../scope.js';

/** The size of `value` along an axis, int64. */
function sizeAlong(op: OpScope, value: string, axis: number): string {
  const known = op.fixedSize(value, axis);
  if (known !== undefined && !Number.isNaN(known)) return op.scalar(known, 'int64');
  return op.emit('Gather', [op.emit('Shape', [value]), op.scalar(axis, 'int64')]);
}

/** `[rows, columns]`, true where both are the same. */
function diagonal(op: OpScope, rows: string, columns: string): string {
  const count = (size: string): string => op.emit('Range', [op.scalar(0, 'int64'), size, op.scalar(1, 'int64')]);
  return op.emit('Equal', [op.unsqueeze(count(rows), [1]), count(columns)]);
}

function diagonalOf(op: OpScope, matrix: string): string {
  return diagonal(op, sizeAlong(op, matrix, -2), sizeAlong(op, matrix, -1));
}

/** Vectors `[…, n]` as diagonals of `[…, n, n]`. */
function fromDiagonal(op: OpScope, fill: string): string {
  const x = op.input(0);
  const size = sizeAlong(op, x, -1);
  return op.emit('Where', [diagonal(op, size, size), op.unsqueeze(x, [-1]), fill]);
}

/** The diagonals of `[…, m, n]`, as long as the shorter side. */
const diagonalPart: OpConverter = (op) => {
  const x = op.input(0);
  const alone = op.emit('Where', [diagonalOf(op, x), x, op.scalar(0, op.type(x))]);
  const rows = op.emit('ReduceSum', [alone, op.ints([-1])], { keepdims: 0 });
  return op.emit('Slice', [rows, op.ints([0]), op.emit('Reshape', [sizeAlong(op, x, -1), op.ints([1])]), op.ints([-1])]);
};

/** `[…, m, n]` with another diagonal. */
const setDiagonal: OpConverter = (op) => {
  const [x = '', given = ''] = op.inputs();
  const [rows, columns] = [op.fixedSize(x, -2), op.fixedSize(x, -1)];
  if (rows === undefined || columns === undefined) op.refuse('the size of its matrix is only known when the model runs');
  // Along the shorter side, the place on the diagonal is the place in the vector.
  return op.emit('Where', [diagonalOf(op, x), op.unsqueeze(given, [Number(rows) <= Number(columns) ? -1 : -2]), x]);
};

/** Elements up to `lower` below and `upper` above the diagonal; negative ones keep all. */
const band: OpConverter = (op) => {
  const [[lower = -1] = [], [upper = -1] = []] = [op.numbers(1, 'num_lower'), op.numbers(2, 'num_upper')];
  const kept = lower < 0 ? op.input(0) : op.emit('Trilu', [op.input(0), op.scalar(-lower, 'int64')], { upper: 1 });
  return upper < 0 ? kept : op.emit('Trilu', [kept, op.scalar(upper, 'int64')], { upper: 0 });
};

/** The main diagonal alone. */
function main(convert: OpConverter, at: number): OpConverter {
  return (op) => (op.numbers(at, 'k').every((k) => k === 0) ? convert(op) : op.refuse('it is about other diagonals than the main one'));
}

const fromDiagonalV3: OpConverter = (op) => {
  const sizes = [...op.numbers(2, 'num_rows'), ...op.numbers(3, 'num_cols')];
  return sizes.every((size) => size === -1) ? fromDiagonal(op, op.input(4)) : op.refuse('its matrix is larger than its diagonal');
};

const fromDiagonalV1: OpConverter = (op) => fromDiagonal(op, op.scalar(0, op.type(op.input(0))));

/** Of one dimension; more are an outer product of diagonals. */
const flat =
  (convert: OpConverter, rank: number): OpConverter =>
  (op) =>
    op.needRank(op.input(0)) === rank ? convert(op) : op.refuse('its input has more dimensions');

export const matrixOps: OpConverters = {
  Diag: flat(fromDiagonalV1, 1),
  DiagPart: flat(diagonalPart, 2),
  MatrixBandPart: band,
  MatrixDiag: fromDiagonalV1,
  MatrixDiagPart: diagonalPart,
  MatrixDiagPartV3: main(diagonalPart, 1),
  MatrixDiagV3: main(fromDiagonalV3, 1),
  MatrixSetDiag: setDiagonal,
  MatrixSetDiagV3: main(setDiagonal, 2),
};
