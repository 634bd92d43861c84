import type { DataType } from '../../../../core/index.js';
import type { OpConverter, OpConverters, OpScope } from '../scope.js';
import { TO_THE_END } from '../scope.js';

const broadcastTo: OpConverter = (op) => op.emit('Expand', [op.input(0), op.vector(1)]);

/** Pads `[[before, after], …]` an axis become all befores, then all afters. */
function padded(op: OpScope, mode: string, value: readonly string[]): string {
  const pads = op.knownNumbers(1);
  const even = pads?.filter((_, i) => i % 2 === 0);
  const odd = pads?.filter((_, i) => i % 2 === 1);
  if (even && odd) return op.emit('Pad', [op.input(0), op.ints([...even, ...odd]), ...value], { mode });
  const computed = op.emit('Reshape', [op.transpose(op.cast(op.input(1), 'int64'), [1, 0]), op.ints([-1])]);
  return op.emit('Pad', [op.input(0), computed, ...value], { mode });
}

/** `REFLECT` leaves the border out, `SYMMETRIC` repeats it, which ONNX has no mode for. */
const mirrorPad: OpConverter = (op) => {
  const mode = op.text('mode', 'REFLECT');
  if (mode === 'REFLECT') return padded(op, 'reflect', []);
  const pads = op.numbers(1, 'paddings');
  if (pads.every((pad) => pad <= 1)) return padded(op, 'edge', []);
  return pads.reduce((x, _, at) => (at % 2 === 0 ? mirrored(op, x, at / 2, pads[at] ?? 0, pads[at + 1] ?? 0) : x), op.input(0));
};

/** `x` between its own first and last elements along an axis, in reverse order. */
function mirrored(op: OpScope, x: string, axis: number, before: number, after: number): string {
  if (before === 0 && after === 0) return x;
  const reversed = (start: number, end: number): string => op.emit('Slice', [x, op.ints([start]), op.ints([end]), op.ints([axis]), op.ints([-1])]);
  const first = before === 0 ? [] : [reversed(before - 1, -TO_THE_END)];
  const last = after === 0 ? [] : [reversed(-1, -after - 1)];
  return op.emit('Concat', [...first, x, ...last], { axis });
}

/** Numbers in [0, 1): dropout of a model that was exported for training, which changes nothing at a rate of 0. */
const randomUniform: OpConverter = (op) => {
  const zeros = op.emit('Expand', [op.scalar(0, op.dataType('dtype', 'float32')), op.vector(0)]);
  return op.emit('RandomUniformLike', [zeros]);
};

/** ONNX Runtime makes ranges of int32 and int64 and of float32. */
const range: OpConverter = (op) => {
  const type: DataType = op.dataType('Tidx', 'int32');
  return op.emit(
    'Range',
    op.inputs().map((input) => op.cast(input, type)),
  );
};

/** `num` numbers from `start` to `stop`, both included. */
const linSpace: OpConverter = (op) => {
  const [start = '', stop = ''] = op.inputs();
  const type = op.type(start);
  const count = op.emit('Squeeze', [op.vector(2, 1)]);
  const places = op.cast(op.emit('Range', [op.scalar(0, 'int64'), count, op.scalar(1, 'int64')]), type);
  const gaps = op.emit('Max', [op.emit('Sub', [count, op.scalar(1, 'int64')]), op.scalar(1, 'int64')]);
  const step = op.emit('Div', [op.emit('Sub', [stop, start]), op.cast(gaps, type)]);
  return op.emit('Add', [op.emit('Mul', [places, step]), start]);
};

export const fillOps: OpConverters = {
  BroadcastTo: broadcastTo,
  Fill: (op) => op.emit('Expand', [op.input(1), op.vector(0)]),
  LinSpace: linSpace,
  MirrorPad: mirrorPad,
  Pad: (op) => padded(op, 'constant', []),
  PadV2: (op) => padded(op, 'constant', [op.input(2)]),
  RandomUniform: randomUniform,
  Range: range,
  Tile: (op) => op.emit('Tile', [op.input(0), op.vector(1)]),
};
