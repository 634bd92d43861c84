import { sizeOf } from '../../../core/index.js';
import type { GraphBuilder, Value } from '../../graph/index.js';
import { depthwiseByRows } from './depthwise-kernel.js';
import { covered, type Geometry, tapsOf, unfolded } from './geometry.js';

/** The sizes a formulation is chosen by. */
interface Sizes {
  readonly n: number;
  readonly group: number;
  /** Channels of one group in the image, and in the grid. */
  readonly c: number;
  readonly m: number;
  readonly taps: number;
  /** Grid positions of one sample. */
  readonly positions: number;
}

/** Below this many image channels one product with all taps as columns is faster than one a tap. */
const FEW_CHANNELS = 4;

/**
 * The gradient of a correlation by its kernel: image `[N, C, …]` and the gradient `[N, M, grid]` to `[M, C/group, k…]`,
 * dW[m, c, k] = Σₙ Σₒ dy[n, m, o] · x[n, c, o·stride + k·dilation − begin].
 *
 * Four formulations, chosen by size. Times of one thread of ONNX Runtime 1.30, layers of ResNet18, MobileNetV2 and ResNeXt:
 * - products over all samples, one a tap, channels of the image innermost: 0.3 to 0.7 of the time of a Conv with the roles of
 *   samples and channels swapped, and 29 to 41 billion multiplications a second where a plain product of that size makes 36
 *   to 50. All taps as columns of one product take 0.3 to 0.85 of that where the samples have few positions;
 * - products a sample, one a tap, summed over the samples: 0.2 to 0.9 of that where a sample has many positions, as no
 *   channels have to be moved;
 * - few channels (stems): all taps as columns of one product a sample, 0.1 to 0.2;
 * - depthwise: {@link depthwiseByRows}.
 */
export function kernelGradient(b: GraphBuilder, image: Value, dy: Value, geometry: Geometry): Value {
  const { group } = geometry;
  const sizes: Sizes = {
    n: dy.dims[0] as number,
    group,
    c: (image.dims[1] as number) / group,
    m: (dy.dims[1] as number) / group,
    taps: sizeOf(geometry.kernel),
    positions: sizeOf(geometry.grid),
  };
  const formulation = formulationFor(sizes);
  const gradient = formulation(b, image, dy, geometry, sizes);
  return b.reshape(gradient, [group * sizes.m, sizes.c, ...geometry.kernel]);
}

type Formulation = (b: GraphBuilder, image: Value, dy: Value, geometry: Geometry, sizes: Sizes) => Value;

function formulationFor({ group, c, m, taps, positions }: Sizes): Formulation {
  if (c === 1 && m === 1 && group > 1) return depthwise;
  if (c <= FEW_CHANNELS && group === 1 && taps > 1) return columns;
  // A product a sample writes N·m·c numbers a tap; one over all samples has to move the channels of N·c·positions first.
  const gain = (positions * (m + c)) / (m * c);
  if (taps === 1) return gain >= (group === 1 ? 4 : 2) ? perSample : overSamples;
  if (group > 1) return gain >= 20 ? perSample : overSamples;
  return gain >= 80 && c >= m ? perSample : overSamples;
}

/** `[M, C·taps]` as Σₙ of the product with the taps as columns. */
const columns: Formulation = (b, image, dy, geometry, { n, m, positions }) => {
  const unfold = unfolded(b, covered(b, image, 2, geometry), geometry);
  const products = b.matMul(unfold, b.transpose(b.reshape(dy, [n, m, positions]), [0, 2, 1]));
  return b.transpose(summed(b, products), [1, 0]);
};

/** `[group, m, c, taps]` as Σₙ of a product a tap: `[N·group, c, positions]` by `[N·group, positions, m]`. */
const perSample: Formulation = (b, image, dy, geometry, { n, group, c, m, taps, positions }) => {
  const right = b.reshape(dy, [n * group, m, positions]);
  const lefts = tapsOf(b, covered(b, image, 2, geometry), 2, geometry).map((tap) => b.reshape(tap, [n * group, c, positions]));
  if (taps === 1 && c < m) {
    const products = b.matMul(right, b.transpose(lefts[0] as Value, [0, 2, 1]));
    return summed(b, b.reshape(products, [n, group, m, c]));
  }
  const turned = b.transpose(right, [0, 2, 1]);
  const products = lefts.map((left) => b.reshape(b.matMul(left, turned), [n, 1, group, c, m]));
  return b.transpose(summed(b, b.concat(products, 1)), [1, 3, 2, 0]);
};

/**
 * The same with samples and positions as the rows of one product a tap: `[group, m, N·positions]` by `[group, N·positions, c]`.
 * Only blocks of dy move, so that ONNX Runtime cannot fuse a transposition into the product, which made it 1.3 times as slow.
 */
const overSamples: Formulation = (b, image, dy, geometry, sizes) => {
  const { n, group, c, m, taps, positions } = sizes;
  const rows = n * positions;
  const spread = covered(b, channelsLast(b, image, sizes, geometry.image), 2, geometry);
  const parts = tapsOf(b, spread, 2, geometry).map((tap) => b.reshape(tap, [group, rows, c]));
  const turned =
    group === 1 ? b.transpose(b.reshape(dy, [n, m, positions]), [1, 0, 2]) : b.transpose(b.reshape(dy, [n, group, m, positions]), [1, 2, 0, 3]);
  const left = b.reshape(turned, [group, m, rows]);
  // The products of single taps have to be interleaved, which for large kernels costs more than one wide product.
  if (rows <= 2 * m) return b.transpose(b.reshape(b.matMul(left, b.concat(parts, 2)), [group, m, taps, c]), [0, 1, 3, 2]);
  const products = parts.map((part) => b.reshape(b.matMul(left, part), [1, group * m * c]));
  return b.transpose(b.concat(products, 0), [1, 0]);
};

/** `[N, group·c, …]` as `[group, N, …, c]`. */
function channelsLast(b: GraphBuilder, x: Value, { n, group, c }: Sizes, spatial: readonly number[]): Value {
  const size = sizeOf(spatial);
  const moved = group === 1 ? b.transpose(b.reshape(x, [n, c, size]), [0, 2, 1]) : b.transpose(b.reshape(x, [n, group, c, size]), [1, 0, 3, 2]);
  return b.reshape(moved, [group, n, ...spatial, c]);
}

/** Sum over the first axis, as a product with ones: 0.1 to 0.7 of the time of ReduceSum. */
function summed(b: GraphBuilder, x: Value): Value {
  const [rows, ...rest] = x.dims as [number, ...number[]];
  const ones = b.full(x.type, [1, rows], 1);
  return b.reshape(b.matMul(ones, b.reshape(x, [rows, sizeOf(rest)])), rest);
}

/** `[C, taps]`: by rows, or as a product and a sum a tap, over `[…, N·C]`, which takes 0.8 to 1 of that for 3×3 with strides. */
const depthwise: Formulation = (b, image, dy, geometry, { n, group, taps }) => {
  const isDense = taps > 9 || geometry.strides.every((stride) => stride === 1);
  if (isDense && geometry.kernel.length === 2) return depthwiseByRows(b, image, dy, geometry);
  const flat = (x: Value): Value => b.reshape(x, [n * group, sizeOf(x.dims.slice(2))]);
  const parts = byColumns(b, b.transpose(flat(image), [1, 0]), b.transpose(flat(dy), [1, 0]), geometry);
  const sums = parts.map((part) => b.reshape(part, [n, group, 1]));
  return b.reshape(summed(b, b.concat(sums, 2)), [group, taps]);
};

function byColumns(b: GraphBuilder, image: Value, dy: Value, geometry: Geometry): Value[] {
  const [positions, rows] = dy.dims as [number, number];
  const spread = covered(b, b.reshape(image, [...geometry.image, rows]), 0, geometry);
  return tapsOf(b, spread, 0, geometry).map((tap) => summed(b, b.mul(b.reshape(tap, [positions, rows]), dy)));
}
