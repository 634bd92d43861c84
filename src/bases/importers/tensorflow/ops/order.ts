import type { OpConverter, OpConverters, OpScope } from '../scope.js';
import { TO_THE_END } from '../scope.js';

/** Elements in reverse order along some axes. */
function reversed(op: OpScope, axes: readonly number[]): string {
  if (axes.length === 0) return op.input(0);
  const all = (value: number): string => op.ints(axes.map(() => value));
  return op.emit('Slice', [op.input(0), all(TO_THE_END), all(-TO_THE_END), op.ints(axes), all(-1)]);
}

/** What is pushed out at one end comes in at the other. */
function rolled(op: OpScope, x: string, shift: number, axis: number): string {
  const size = op.emit('Gather', [op.emit('Shape', [x]), op.ints([axis])]);
  const start = op.emit('Mod', [op.ints([-shift]), size]);
  const parts = [op.emit('Slice', [x, start, op.ints([TO_THE_END]), op.ints([axis])]), op.emit('Slice', [x, op.ints([0]), start, op.ints([axis])])];
  return op.emit('Concat', parts, { axis });
}

const roll: OpConverter = (op) => {
  const [shifts, axes] = [op.numbers(1, 'shift'), op.numbers(2, 'axis')];
  return axes.reduce((x, axis, i) => rolled(op, x, shifts[i] ?? 0, axis), op.input(0));
};

/** The first elements of each sample in reverse order, as many as input 1 says. */
const reverseSequence: OpConverter = (op) => {
  const [time_axis, batch_axis] = [op.int('seq_dim', 1), op.int('batch_dim', 0)];
  if (time_axis + batch_axis !== 1 || time_axis * batch_axis !== 0) op.refuse('time and batch are not its first two axes');
  // ONNX reverses at least one element, which changes nothing.
  const lengths = op.emit('Max', [op.cast(op.input(1), 'int64'), op.scalar(1, 'int64')]);
  return op.emit('ReverseSequence', [op.input(0), lengths], { time_axis, batch_axis });
};

/** Where each number of a permutation stands: the order that sorts it. */
const inverted: OpConverter = (op) => {
  const x = op.cast(op.input(0), 'int64');
  const [, order = ''] = op.emitMany('TopK', [x, op.emit('Shape', [x])], { largest: 0 }, 2);
  return op.cast(order, op.type(op.input(0)));
};

export const orderOps: OpConverters = {
  InvertPermutation: inverted,
  Reverse: (op) =>
    reversed(
      op,
      op.numbers(1, 'dims').flatMap((isReversed, axis) => (isReversed === 0 ? [] : [axis])),
    ),
  ReverseSequence: reverseSequence,
  ReverseV2: (op) => reversed(op, op.numbers(1, 'axes')),
  Roll: roll,
};
