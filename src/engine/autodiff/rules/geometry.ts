import { sizeOf } from '../../../core/index.js';
import { attribute, type GraphBuilder, type Value, type Window } from '../../graph/index.js';
import type { RuleContext } from '../rule.js';
import { padded } from './slicing.js';

/**
 * How a kernel visits an image, one entry a spatial dimension: tap k at grid position o reads the image at
 * o·stride + k·dilation − begin. The grid is the output of a Conv or pool, and the input of a ConvTranspose.
 */
export interface Geometry {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly begin: readonly number[];
  readonly image: readonly number[];
  readonly grid: readonly number[];
  readonly group: number;
}

/** The geometry of a node whose image is `[N, C, …]` of `image` and whose grid is `[N, M, …]` of `grid`. */
export function geometryOf({ node }: RuleContext, window: Window, image: Value, grid: Value): Geometry {
  return {
    kernel: window.kernel,
    strides: window.strides,
    dilations: window.dilations,
    begin: window.padsBegin,
    image: image.dims.slice(2),
    grid: grid.dims.slice(2),
    group: attribute.int(node, 'group', 1),
  };
}

/** Elements of padding behind the image that the last tap of the last position reaches; negative where image elements are never read. */
export function endPads({ kernel, strides, dilations, begin, image, grid }: Geometry): number[] {
  return kernel.map((size, axis) => {
    const last = (at(grid, axis) - 1) * at(strides, axis) + (size - 1) * at(dilations, axis);
    return last + 1 - at(image, axis) - at(begin, axis);
  });
}

/** `x`, whose spatial axes begin at `first`, padded (and cut) to exactly the elements that some tap reads. */
export function covered(b: GraphBuilder, x: Value, first: number, geometry: Geometry): Value {
  const around = (pads: readonly number[]): number[] => x.dims.map((_, axis) => pads[axis - first] ?? 0);
  return padded(b, x, around(geometry.begin), around(endPads(geometry)));
}

/**
 * What each kernel tap reads, in row-major order of the taps: a covered `x`, whose spatial axes begin at `first`, with these
 * reduced to the grid. Strided axes are cut one by one, so that the slow copy with gaps is made once for all rows.
 */
export function tapsOf(b: GraphBuilder, x: Value, first: number, { kernel, strides, dilations, grid }: Geometry): Value[] {
  const axes = kernel.map((_, axis) => axis);
  const steps = strides.some((stride) => stride > 1) ? axes.map((axis) => [axis]).reverse() : [axes];
  return steps.reduce(
    (parts, step) =>
      offsets(step.map((axis) => at(kernel, axis))).flatMap((offset) => {
        const starts = step.map((axis, i) => at(offset, i) * at(dilations, axis));
        const ends = step.map((axis, i) => at(starts, i) + (at(grid, axis) - 1) * at(strides, axis) + 1);
        return parts.map((part) =>
          cut(
            b,
            part,
            starts,
            ends,
            step.map((axis) => first + axis),
            step.map((axis) => at(strides, axis)),
          ),
        );
      }),
    [x],
  );
}

/** All index tuples of a shape, in row-major order. */
function offsets(dims: readonly number[]): number[][] {
  return dims.reduce<number[][]>((all, dim) => all.flatMap((head) => Array.from({ length: dim }, (_, k) => [...head, k])), [[]]);
}

/** A slice, or `x` itself where the slice would be all of it. */
function cut(
  b: GraphBuilder,
  x: Value,
  starts: readonly number[],
  ends: readonly number[],
  axes: readonly number[],
  steps: readonly number[],
): Value {
  const whole = axes.every((axis, i) => starts[i] === 0 && ends[i] === x.dims[axis] && steps[i] === 1);
  if (whole) return x;
  return b.slice(x, starts, ends, axes, steps.every((step) => step === 1) ? undefined : steps);
}

/** Taps as columns: a covered `[N, C, …]` as `[N, C·taps, positions]`. */
export function unfolded(b: GraphBuilder, x: Value, geometry: Geometry): Value {
  const [n, channels] = x.dims as [number, number];
  const positions = sizeOf(geometry.grid);
  const columns = tapsOf(b, x, 2, geometry).map((tap) => b.reshape(tap, [n, channels, 1, positions]));
  return b.reshape(b.concat(columns, 2), [n, channels * columns.length, positions]);
}

/** The entry of an axis, which must be there. */
export function at(values: readonly number[], axis: number): number {
  return values[axis] as number;
}
