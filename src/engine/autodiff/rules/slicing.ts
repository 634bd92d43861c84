import { attribute, axisOf, type GraphBuilder, padsOf, sliceRanges, type Value } from '../../graph/index.js';
import type { GradientRule, RuleContext, Rules } from '../rule.js';

/** `x` with elements added (or, where negative, cut off) before and after each axis. */
export function padded(b: GraphBuilder, x: Value, begin: readonly number[], end: readonly number[]): Value {
  return [...begin, ...end].every((count) => count === 0) ? x : b.op('Pad', [x, b.ints([...begin, ...end])]);
}

/** Puts the slice back where it came from, zeros elsewhere. */
const slice: GradientRule = (c) => [unsliced(c.b, c.dy(0), c.x(0).dims, sliceRanges(c.shape))];

interface Range {
  readonly start: number;
  readonly step: number;
  readonly size: number;
}

function unsliced(b: GraphBuilder, gradient: Value, dims: readonly number[], ranges: readonly Range[]): Value {
  if (gradient.dims.includes(0)) return b.expand(b.scalar(gradient.type, 0), dims);
  const reversed = ranges.flatMap((range, axis) => (range.step < 0 && range.size > 1 ? [axis] : []));
  const forward = reversed.length === 0 ? gradient : flipped(b, gradient, reversed);
  const spread = dilated(
    b,
    forward,
    ranges.map(({ step, size }) => (size > 1 ? Math.abs(step) : 1)),
  );
  const begin = ranges.map(({ start, step, size }) => (step < 0 ? start + (size - 1) * step : start));
  return padded(
    b,
    spread,
    begin,
    dims.map((dim, axis) => dim - (begin[axis] as number) - (spread.dims[axis] as number)),
  );
}

function flipped(b: GraphBuilder, x: Value, axes: readonly number[]): Value {
  const all = (value: number): number[] => axes.map(() => value);
  return b.slice(x, all(-1), all(Number.MIN_SAFE_INTEGER), axes, all(-1));
}

/** `x` with `step − 1` zeros after every element of each axis. */
function dilated(b: GraphBuilder, x: Value, steps: readonly number[]): Value {
  if (steps.every((step) => step === 1)) return x;
  const split = x.dims.flatMap((dim, axis) => (steps[axis] === 1 ? [dim] : [dim, 1]));
  const zeros = x.dims.flatMap((_, axis) => (steps[axis] === 1 ? [0] : [0, (steps[axis] as number) - 1]));
  return b.reshape(
    padded(
      b,
      b.reshape(x, split),
      split.map(() => 0),
      zeros,
    ),
    x.dims.map((dim, axis) => dim * (steps[axis] as number)),
  );
}

const split: GradientRule = ({ b, node, outputs, x, dy }) => [
  b.concat(
    outputs.map((_, index) => dy(index)),
    axisOf(node, attribute.int(node, 'axis', 0), x(0).dims.length),
  ),
];

const concat: GradientRule = ({ b, node, inputs, dy }) => {
  const axis = axisOf(node, attribute.int(node, 'axis', 0), dy(0).dims.length);
  let end = 0;
  return inputs.map((input) => {
    const start = end;
    end += (input as Value).dims[axis] as number;
    return b.slice(dy(0), [start], [end], [axis]);
  });
};

/** Removes what was added, as zeros where something was cut off. */
const centerCropPad: GradientRule = ({ b, x, dy }) => {
  const begin = x(0).dims.map((dim, axis) => {
    const target = dy(0).dims[axis] as number;
    return target > dim ? -Math.floor((target - dim) / 2) : Math.floor((dim - target) / 2);
  });
  return [
    padded(
      b,
      dy(0),
      begin,
      x(0).dims.map((dim, axis) => dim - (dy(0).dims[axis] as number) - (begin[axis] as number)),
    ),
  ];
};

const pad: GradientRule = (c) => {
  const { b, node, x, dy, inputs } = c;
  const mode = attribute.string(node, 'mode', 'constant');
  const { begin, end } = padsOf(c.shape);
  if (mode !== 'constant') return [folded(c, mode, begin)];
  const dx = padded(
    b,
    dy(0),
    begin.map((count) => -count),
    end.map((count) => -count),
  );
  const all = (value: Value): Value => b.reduceSum(value, [...x(0).dims.keys()], false);
  // What did not go to x came from the padding value.
  const value = inputs[2] && c.needs(2) ? b.reshape(b.sub(all(dy(0)), all(dx)), inputs[2].dims) : undefined;
  return [dx, undefined, value];
};

/** The position in a row of `size` that padding mode `mode` reads for position `i`, which may lie outside. */
function source(mode: string, i: number, size: number): number {
  if (mode === 'edge') return Math.min(Math.max(i, 0), size - 1);
  const period = mode === 'wrap' || size === 1 ? size : 2 * (size - 1);
  const inside = ((i % period) + period) % period;
  return inside < size ? inside : period - inside;
}

/** Adds the gradient of what was copied to where it was copied from, axis by axis. */
function folded({ b, x, dy }: RuleContext, mode: string, begin: readonly number[]): Value {
  return x(0).dims.reduce((gradient, size, axis) => {
    const positions = Array.from({ length: gradient.dims[axis] as number }, (_, i) => source(mode, i - (begin[axis] as number), size));
    return gathered(b, gradient, axis, positions, size);
  }, dy(0));
}

interface Run {
  readonly from: number;
  readonly to: number;
  readonly step: number;
}

/** Cuts positions into runs that rise by 1, fall by 1 or stay. */
export function runsOf(positions: readonly number[]): Run[] {
  const runs: Run[] = [];
  for (let from = 0; from < positions.length; ) {
    const step = from + 1 < positions.length ? (positions[from + 1] as number) - (positions[from] as number) : 1;
    let to = from + 1;
    if (Math.abs(step) <= 1) while (to < positions.length && (positions[to] as number) - (positions[to - 1] as number) === step) to++;
    runs.push({ from, to, step: to === from + 1 ? 1 : step });
    from = to;
  }
  return runs;
}

/**
 * The gradient of taking `positions` of an axis of `size`: each run of positions is a slice, put back (reversed where it
 * falls, summed where it stays) and padded with zeros.
 */
export function gathered(b: GraphBuilder, gradient: Value, axis: number, positions: readonly number[], size: number): Value {
  const rank = gradient.dims.length;
  const parts = runsOf(positions).map(({ from, to, step }) => {
    const whole = from === 0 && to === positions.length;
    const part = whole ? gradient : b.slice(gradient, [from], [to], [axis]);
    const piece = step === 0 ? b.reduceSum(part, [axis]) : step < 0 ? flipped(b, part, [axis]) : part;
    const start = Math.min(positions[from] as number, positions[to - 1] as number);
    const zeros = new Array<number>(rank).fill(0);
    return padded(b, piece, zeros.with(axis, start), zeros.with(axis, size - start - (piece.dims[axis] as number)));
  });
  if (parts.length === 0) return b.expand(b.scalar(gradient.type, 0), gradient.dims.with(axis, size));
  return parts.length === 1 ? (parts[0] as Value) : b.op('Sum', parts);
}

export const slicingRules = { CenterCropPad: centerCropPad, Concat: concat, Pad: pad, Slice: slice, Split: split } satisfies Rules;
