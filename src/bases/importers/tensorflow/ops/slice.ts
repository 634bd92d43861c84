import type { OpConverter, OpConverters, OpScope } from '../scope.js';
import { TO_THE_END } from '../scope.js';

/** From `begin`, `size` elements along each axis; a size of −1 takes all that follow. */
const slice: OpConverter = (op) => {
  const [begin, size] = [op.knownNumbers(1), op.knownNumbers(2)];
  if (begin && size) {
    const ends = size.map((count, axis) => (count < 0 ? TO_THE_END : (begin[axis] ?? 0) + count));
    return op.emit('Slice', [op.input(0), op.ints(begin), op.ints(ends)]);
  }
  const [start, count] = [op.vector(1), op.vector(2)];
  const isRest = op.emit('Less', [count, op.scalar(0, 'int64')]);
  const ends = op.emit('Where', [isRest, op.scalar(TO_THE_END, 'int64'), op.emit('Add', [start, count])]);
  return op.emit('Slice', [op.input(0), start, ends]);
};

/** One entry of a strided slice's specification, which is about an axis of the input. */
interface Entry {
  /** Place in the specification. */
  readonly at: number;
  /** Negative behind an ellipsis. */
  readonly axis: number;
  readonly isShrunk: boolean;
}

interface Specification {
  readonly entries: readonly Entry[];
  /** Axes of 1 that the result gets, after the shrunk ones are gone; negative behind an ellipsis. */
  readonly added: readonly number[];
}

function bit(mask: number, at: number): boolean {
  return ((mask >> at) & 1) === 1;
}

/** Reads the masks of a specification of `length` entries. Source: tensorflow/core/util/strided_slice_op.cc */
function specify(op: OpScope, length: number): Specification {
  const [shrink, add, ellipsis] = [op.int('shrink_axis_mask', 0), op.int('new_axis_mask', 0), op.int('ellipsis_mask', 0)];
  const places = Array.from({ length }, (_, at) => at);
  const at = places.find((place) => bit(ellipsis, place));
  const before = places.filter((place) => at === undefined || place < at);
  const after = places.filter((place) => at !== undefined && place > at);
  const isAdded = (place: number): boolean => bit(add, place);
  const isShrunk = (place: number): boolean => bit(shrink, place) && !isAdded(place);
  const front = before.filter((place) => !isAdded(place)).map((place, axis): Entry => ({ at: place, axis, isShrunk: isShrunk(place) }));
  const last = after.filter((place) => !isAdded(place));
  const back = last.map((place, i): Entry => ({ at: place, axis: i - last.length, isShrunk: isShrunk(place) }));
  const kept = (list: readonly number[]): number[] => list.filter((place) => !isShrunk(place));
  return {
    entries: [...front, ...back],
    added: [
      ...kept(before).flatMap((place, axis) => (isAdded(place) ? [axis] : [])),
      ...kept(after).flatMap((place, i) => (isAdded(place) ? [i - kept(after).length] : [])),
    ],
  };
}

/** Bounds that are known when the model is converted. */
function fixedBounds(op: OpScope, entries: readonly Entry[], steps: readonly number[]): readonly [string, string] | undefined {
  const [begin, end] = [op.knownNumbers(1), op.knownNumbers(2)];
  if (!begin || !end) return undefined;
  const [fromStart, toEnd] = [op.int('begin_mask', 0), op.int('end_mask', 0)];
  const starts = entries.map(({ at, isShrunk }) => {
    if (bit(fromStart, at) && !isShrunk) return (steps[at] ?? 1) < 0 ? TO_THE_END : 0;
    return begin[at] ?? 0;
  });
  const ends = entries.map(({ at, isShrunk }, i) => {
    if (isShrunk) return starts[i] === -1 ? TO_THE_END : (starts[i] ?? 0) + 1;
    if (bit(toEnd, at)) return (steps[at] ?? 1) < 0 ? -TO_THE_END : TO_THE_END;
    return end[at] ?? 0;
  });
  return [op.ints(starts), op.ints(ends)];
}

/** Bounds of which some are computed: masked ones are put in where the model does not count. */
function computedBounds(op: OpScope, entries: readonly Entry[], steps: readonly number[]): readonly [string, string] {
  const pick = (vector: string): string =>
    entries.every(({ at }, i) => at === i) && entries.length === steps.length
      ? vector
      : op.emit('Gather', [vector, op.ints(entries.map(({ at }) => at))]);
  const choose = (mask: number, backward: number, forward: number, vector: string): string => {
    const flags = entries.map(({ at, isShrunk }) => bit(mask, at) && !isShrunk);
    if (!flags.includes(true)) return vector;
    const values = op.ints(entries.map(({ at }) => ((steps[at] ?? 1) < 0 ? backward : forward)));
    return op.emit('Where', [op.constant({ type: 'bool', dims: [flags.length], data: Uint8Array.from(flags, Number) }), values, vector]);
  };
  const starts = choose(op.int('begin_mask', 0), TO_THE_END, 0, pick(op.vector(1)));
  const ends = choose(op.int('end_mask', 0), -TO_THE_END, TO_THE_END, pick(op.vector(2)));
  if (!entries.some(({ isShrunk }) => isShrunk)) return [starts, ends];
  const next = op.emit('Add', [starts, op.scalar(1, 'int64')]);
  const afterLast = op.emit('Where', [op.emit('Equal', [next, op.scalar(0, 'int64')]), op.scalar(TO_THE_END, 'int64'), next]);
  const shrunk = op.constant({ type: 'bool', dims: [entries.length], data: Uint8Array.from(entries, ({ isShrunk }) => Number(isShrunk)) });
  return [starts, op.emit('Where', [shrunk, afterLast, ends])];
}

const stridedSlice: OpConverter = (op) => {
  const steps = op.numbers(3, 'steps');
  const { entries, added } = specify(op, steps.length);
  const sliced = entries.length === 0 ? op.input(0) : sliceAlong(op, entries, steps);
  return op.unsqueeze(
    op.squeeze(
      sliced,
      entries.filter(({ isShrunk }) => isShrunk).map(({ axis }) => axis),
    ),
    added,
  );
};

function sliceAlong(op: OpScope, entries: readonly Entry[], steps: readonly number[]): string {
  const [starts, ends] = fixedBounds(op, entries, steps) ?? computedBounds(op, entries, steps);
  const taken = entries.map(({ at, isShrunk }) => (isShrunk ? 1 : (steps[at] ?? 1)));
  return op.emit('Slice', [op.input(0), starts, ends, op.ints(entries.map(({ axis }) => axis)), op.ints(taken)]);
}

export const sliceOps: OpConverters = { Slice: slice, StridedSlice: stridedSlice };
