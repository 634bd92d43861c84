import type { AxisMap } from './separable.js';

/** What a Resize node does along one axis. Coordinates are computed in float32, as ONNX Runtime does: rounding decides ties. */
export interface AxisResize {
  readonly input: number;
  readonly output: number;
  readonly scale: number;
  readonly coordinates: string;
  /** Start and end of the region of interest, in shares of the input. */
  readonly region: readonly [number, number];
}

export interface Interpolation {
  readonly mode: string;
  readonly nearestMode: string;
  readonly cubicCoefficient: number;
  readonly excludeOutside: boolean;
  readonly antialias: boolean;
}

const f = Math.fround;

/** Where output element `index` lies in the input. Source: ONNX, operator Resize, coordinate_transformation_mode. */
function position({ input, output, scale, coordinates, region: [start, end] }: AxisResize, index: number): number {
  const s = f(scale);
  const halfPixel = f(f(f(index + 0.5) / s) - 0.5);
  switch (coordinates) {
    case 'asymmetric':
      return f(index / s);
    case 'align_corners':
      return output === 1 ? 0 : f(f(index * (input - 1)) / (output - 1));
    case 'pytorch_half_pixel':
      return output > 1 ? halfPixel : 0;
    case 'half_pixel_symmetric': {
      const adjustment = f(output / f(s * input));
      return f(f((input / 2) * f(1 - adjustment)) + halfPixel);
    }
    case 'tf_crop_and_resize':
      if (output === 1) return 0.5 * (start + end) * (input - 1);
      return f(start * (input - 1) + (index * (end - start) * (input - 1)) / (output - 1));
    default:
      return halfPixel;
  }
}

/** The map of one axis: the terms of every output element. Outside the region of tf_crop_and_resize nothing is read. */
export function resizeMap(axis: AxisResize, how: Interpolation): AxisMap {
  const rows = Array.from({ length: axis.output }, (_, index) => {
    const x = position(axis, index);
    const outside = axis.coordinates === 'tf_crop_and_resize' && (x < 0 || x > axis.input - 1);
    return outside ? [] : terms(axis, how, x);
  });
  return { inputs: axis.input, rows };
}

type Terms = AxisMap['rows'][number];

function terms(axis: AxisResize, how: Interpolation, x: number): Terms {
  if (how.mode === 'nearest') return [{ index: inside(axis, nearest(how.nearestMode, x)), weight: 1 }];
  return interpolated(axis, how, x);
}

function nearest(mode: string, x: number): number {
  switch (mode) {
    case 'floor':
      return Math.floor(x);
    case 'ceil':
      return Math.ceil(x);
    case 'round_prefer_ceil':
      return Math.floor(x + 0.5);
    default:
      return Math.ceil(x - 0.5);
  }
}

function inside({ input }: AxisResize, index: number): number {
  return Math.min(Math.max(index, 0), input - 1);
}

/**
 * Weights by the distance to x, within the reach of the kernel. Antialiased downsampling stretches the kernel by the scale, as
 * Pillow does. Elements outside are those at the border, or left out.
 */
function interpolated(axis: AxisResize, how: Interpolation, x: number): Terms {
  const stretch = how.antialias ? Math.min(axis.scale, 1) : 1;
  const reach = (how.mode === 'linear' ? 1 : 2) / stretch;
  const first = Math.floor(x - reach) + 1;
  const all = Array.from({ length: Math.ceil(2 * reach) }, (_, k) => ({ index: first + k, weight: kernel(how, (x - first - k) * stretch) }));
  if (how.excludeOutside) return normalised(all.filter(({ index }) => index >= 0 && index < axis.input));
  const clamped = all.map(({ index, weight }) => ({ index: inside(axis, index), weight }));
  return stretch < 1 ? normalised(clamped) : clamped;
}

function normalised(all: Terms): Terms {
  const total = all.reduce((sum, { weight }) => sum + weight, 0);
  return total === 0 ? [] : all.map(({ index, weight }) => ({ index, weight: weight / total }));
}

/** The triangle, or the cubic convolution kernel with coefficient a (Keys, 1981). */
function kernel({ mode, cubicCoefficient: a }: Interpolation, distance: number): number {
  const t = Math.abs(distance);
  if (mode === 'linear') return Math.max(0, 1 - t);
  if (t <= 1) return ((a + 2) * t - (a + 3)) * t * t + 1;
  return t < 2 ? ((a * t - 5 * a) * t + 8 * a) * t - 4 * a : 0;
}
