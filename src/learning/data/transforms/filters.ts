import * as z from 'zod';

interface Filter {
  /** Half the width of the kernel, in pixels of the larger grid. */
  readonly support: number;
  readonly weight: (x: number) => number;
}

/** Resampling kernels, as PIL defines them. */
const filters = {
  box: { support: 0.5, weight: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) },
  bilinear: { support: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
  bicubic: { support: 2, weight: (x) => cubic(Math.abs(x)) },
  lanczos: { support: 3, weight: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
} as const satisfies Record<string, Filter>;

export type FilterName = keyof typeof filters;
export const filterSchema = z.enum(Object.keys(filters) as [FilterName, ...FilterName[]]);

/** Keys' cubic convolution with a = −0.5. */
function cubic(x: number): number {
  const a = -0.5;
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI);
}

/** How the pixels of one output row or column are weighted sums of input pixels. */
export interface Kernel {
  /** First input pixel of each output pixel. */
  readonly starts: Int32Array;
  /** Number of input pixels of each output pixel. */
  readonly counts: Int32Array;
  /** `taps` weights for each output pixel, in units of 2^-{@link PRECISION}. */
  readonly weights: Int32Array;
  readonly taps: number;
}

/** Bits after the binary point of a weight: 8-bit pixels times these fit into 32 bits, sign and overshoot included. */
export const PRECISION = 22;

/**
 * Weights that bring `inputSize` pixels to `outputSize`, equal to PIL's: when shrinking, the kernel is stretched by the factor, so that every
 * input pixel counts (antialiasing); without `antialias` it keeps its width, as in OpenCV and TensorFlow.
 */
export function kernelFor(inputSize: number, outputSize: number, filterName: FilterName, antialias: boolean): Kernel {
  const filter = filters[filterName];
  const scale = inputSize / outputSize;
  const stretch = antialias ? Math.max(scale, 1) : 1;
  const support = filter.support * stretch;
  const taps = Math.ceil(support) * 2 + 1;
  const kernel = { starts: new Int32Array(outputSize), counts: new Int32Array(outputSize), weights: new Int32Array(outputSize * taps), taps };
  const row = new Float64Array(taps);
  for (let i = 0; i < outputSize; i++) {
    const center = (i + 0.5) * scale;
    const start = Math.max(0, Math.trunc(center - support + 0.5));
    const count = Math.min(inputSize, Math.trunc(center + support + 0.5)) - start;
    kernel.starts[i] = start;
    kernel.counts[i] = count;
    for (let k = 0; k < count; k++) row[k] = filter.weight((start + k - center + 0.5) / stretch);
    writeFixedPoint(row, count, kernel.weights, i * taps);
  }
  return kernel;
}

/** Normalises the first `count` weights to a sum of 1 and writes them rounded, half away from zero. */
function writeFixedPoint(weights: Float64Array, count: number, target: Int32Array, start: number): void {
  let total = 0;
  for (let k = 0; k < count; k++) total += weights[k] as number;
  for (let k = 0; k < count; k++) {
    const scaled = ((weights[k] as number) / (total || 1)) * 2 ** PRECISION;
    target[start + k] = Math.trunc(scaled + Math.sign(scaled) * 0.5);
  }
}
