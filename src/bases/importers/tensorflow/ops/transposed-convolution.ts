import type { OpConverter, OpConverters, OpScope } from '../scope.js';
import { filterDims, filterPerm, permutedFilter } from './filter.js';
import { channelsFirst, explicitPads, type Layout, layoutOf, spatialOnly } from './layout.js';

/** The gradient of a convolution for its input, which is a transposed convolution. The size of the result is input 0. */
const transposed: OpConverter = (op) => {
  const layout = layoutOf(op);
  const perm = filterPerm(layout.spatial.length);
  const kernel = filterDims(op, 1, perm.length).slice(0, -2);
  const weight = permutedFilter(op, perm);
  const strides = spatialOnly(op, layout, op.intList('strides'), 'strides');
  if (spatialOnly(op, layout, op.intList('dilations'), 'dilations').some((dilation) => dilation !== 1)) op.refuse('it is dilated');
  const crops = layout.spatial.map((_, i) => cropsOf(op, layout, i, kernel[i] ?? 1, strides[i] ?? 1));
  const values = {
    kernel_shape: kernel,
    strides,
    pads: [...crops.map(({ begin }) => begin), ...crops.map(({ end }) => Math.max(end, 0))],
    output_padding: crops.map(({ end }) => Math.max(-end, 0)),
  };
  return channelsFirst(op, layout, op.input(2), (x) => op.emit('ConvTranspose', [x, weight], values));
};

/** What is cut off the full result along spatial axis `i`: what the forward convolution padded. A negative end is what the full result lacks. */
function cropsOf(op: OpScope, layout: Layout, i: number, kernel: number, stride: number): { readonly begin: number; readonly end: number } {
  const padding = op.text('padding', 'VALID');
  const surplus = surplusOf(op, layout, i, kernel, stride);
  if (padding === 'VALID') return { begin: 0, end: surplus };
  const begin = padding === 'EXPLICIT' ? (explicitPads(op, layout)[i] ?? 0) : Math.floor(Math.max(surplus, 0) / 2);
  return { begin, end: surplus - begin };
}

/** By how much the full result, (input − 1)·stride + kernel, is longer than the wanted one. */
function surplusOf(op: OpScope, layout: Layout, i: number, kernel: number, stride: number): number {
  const pads = explicitPads(op, layout);
  const padding = op.text('padding', 'VALID');
  const padded = padding === 'EXPLICIT' ? (pads[i] ?? 0) + (pads[i + layout.spatial.length] ?? 0) : 0;
  const wanted = wantedOf(op.knownNumbers(0), layout, i);
  if (wanted !== undefined) {
    // The size of the forward convolution's result.
    const input = padding === 'SAME' ? Math.ceil(wanted / stride) : Math.floor((wanted + padded - kernel) / stride) + 1;
    return (input - 1) * stride + kernel - wanted;
  }
  return sameForAll(op, layout, i, (input, size) => (input - 1) * stride + kernel - size) ?? usualSurplus(op, padding, kernel, stride);
}

/** The size along spatial axis `i`, of sizes that are stated for the spatial axes or for all. */
function wantedOf(sizes: readonly number[] | undefined, { spatial }: Layout, i: number): number | undefined {
  return sizes?.[sizes.length === spatial.length ? i : (spatial[i] ?? 0)];
}

/** What holds for every trial size of the inputs, `undefined` where one of the sizes is not known. */
function sameForAll(op: OpScope, layout: Layout, i: number, compute: (input: number, wanted: number) => number): number | undefined {
  const found = op
    .trials(0, 2)
    .map(({ numbers, dims }) => compute(dims?.[layout.spatial[i] ?? 0] ?? Number.NaN, wantedOf(numbers, layout, i) ?? Number.NaN));
  if (found.some(Number.isNaN)) return undefined;
  const [first, ...others] = found;
  if (others.every((other) => other === first)) return first;
  return op.refuse('the size of its result is no fixed multiple of that of its input; export the model for images of one size');
}

/** Where the size follows from nothing known, Keras' layers have made the model: the stride times that of the input, or the whole result. */
function usualSurplus(op: OpScope, padding: string, kernel: number, stride: number): number {
  if (padding === 'EXPLICIT') op.refuse('the size of its result is only known when the model runs');
  return padding === 'SAME' ? kernel - stride : Math.min(kernel - stride, 0);
}

export const transposedConvolutionOps: OpConverters = {
  Conv2DBackpropInput: transposed,
  Conv3DBackpropInputV2: transposed,
};
