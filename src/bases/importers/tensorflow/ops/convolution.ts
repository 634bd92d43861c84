import { permute, reshaped } from '../../../../core/index.js';
import type { OpConverter, OpConverters, OpScope } from '../scope.js';
import { fusedOps } from './activation.js';
import { channelsFirst, explicitPads, type Layout, layoutOf, paddingOf, spatialOnly } from './layout.js';

/** Filter axes `[k…, in, out]` in ONNX order `[out, in, k…]`. */
function filterPerm(spatial: number): number[] {
  return [spatial + 1, spatial, ...Array.from({ length: spatial }, (_, i) => i)];
}

/** Dimensions of the filter. @throws IMPORT_NODE where they are not known */
function filterDims(op: OpScope, index: number, rank: number): readonly number[] {
  const dims = op.stored(index)?.dims;
  return dims ?? Array.from({ length: rank }, (_, axis) => op.fixedSize(op.input(index), axis) ?? op.refuse('the size of its filter is not known'));
}

/** A filter as ONNX has it, and what belongs to it. */
interface Kernel {
  readonly weight: string;
  readonly kernel_shape: readonly number[];
  readonly group: number;
}

function fullKernel(op: OpScope, layout: Layout): Kernel {
  const perm = filterPerm(layout.spatial.length);
  const dims = filterDims(op, 1, perm.length);
  return { weight: permuted(op, perm), kernel_shape: dims.slice(0, -2), group: groupsOf(op, layout, dims) };
}

/** Input 1 with its axes in another order. */
function permuted(op: OpScope, perm: readonly number[]): string {
  return op.arranged(
    1,
    `${perm}`,
    (filter) => permute(filter, perm),
    (filter) => op.transpose(filter, perm),
  );
}

/** Grouped convolutions are told from the channels alone. */
function groupsOf(op: OpScope, layout: Layout, filter: readonly number[]): number {
  const channels = op.fixedSize(op.input(0), layout.channelsLast ? -1 : 1);
  const perGroup = filter.at(-2) ?? 1;
  return channels === undefined || Number.isNaN(channels) ? 1 : channels / perGroup;
}

/** Filters `[h, w, channels, multiplier]` become `[channels·multiplier, 1, h, w]`. */
function depthwiseKernel(op: OpScope): Kernel {
  const [height = 1, width = 1, channels = 1, multiplier = 1] = filterDims(op, 1, 4);
  const perm = [2, 3, 0, 1];
  const dims = [channels * multiplier, 1, height, width];
  const weight = op.arranged(
    1,
    'depthwise',
    (filter) => reshaped(permute(filter, perm), dims),
    (filter) => op.emit('Reshape', [op.transpose(filter, perm), op.ints(dims)]),
  );
  return { weight, kernel_shape: [height, width], group: channels };
}

const KERNELS: Readonly<Record<string, (op: OpScope, layout: Layout) => Kernel>> = {
  Conv2D: fullKernel,
  Conv3D: fullKernel,
  DepthwiseConv2dNative: depthwiseKernel,
  FusedDepthwiseConv2dNative: depthwiseKernel,
  _FusedConv2D: fullKernel,
  _FusedDepthwiseConv2dNative: depthwiseKernel,
};

/** The convolution `op`, if it is one, over `x` instead of its input. @param blocks by which `x` would have been divided: the dilation */
export function convolutionOver(op: OpScope, x: string, blocks?: readonly number[]): string | undefined {
  const kernelOf = Object.hasOwn(KERNELS, op.node.op) ? KERNELS[op.node.op] : undefined;
  const layout = kernelOf && layoutOf(op);
  if (!layout || (blocks && !layout.channelsLast)) return undefined;
  const { weight, ...values } = kernelOf(op, layout);
  const strides = spatialOnly(op, layout, op.intList('strides'), 'strides');
  const dilations = spatialOnly(op, layout, op.intList('dilations'), 'dilations');
  if (blocks && [...strides, ...dilations].some((step) => step !== 1)) return undefined;
  const padding = paddingOf(op, layout, { kernel: values.kernel_shape, strides, dilations }, op.input(0));
  const window = blocks ? { strides, dilations: blocks, ...spread(padding, values.kernel_shape, blocks) } : { strides, dilations, ...padding };
  const { parameters, activate } = fusedOps(op);
  return activate(channelsFirst(op, layout, x, (image) => op.emit('Conv', [image, weight, ...parameters], { ...values, ...window })));
}

/** Padding of blocks, as padding of what they were made of. Strides are 1. */
function spread(
  { auto_pad, pads = [] }: ReturnType<typeof paddingOf>,
  kernel: readonly number[],
  blocks: readonly number[],
): { readonly pads: readonly number[] } {
  const same = [...kernel.map((size) => Math.floor((size - 1) / 2)), ...kernel.map((size) => Math.ceil((size - 1) / 2))];
  return { pads: [...blocks, ...blocks].map((block, i) => block * ((auto_pad ? same : pads)[i] ?? 0)) };
}

const convolution: OpConverter = (op) => convolutionOver(op, op.input(0)) ?? op.refuse('it is no convolution');

/** The gradient of a convolution for its input, which is a transposed convolution. The size of the result is input 0. */
const transposed: OpConverter = (op) => {
  const layout = layoutOf(op);
  const perm = filterPerm(layout.spatial.length);
  const kernel = filterDims(op, 1, perm.length).slice(0, -2);
  const weight = permuted(op, perm);
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
  const axis = layout.spatial[i] ?? 0;
  const sizes = op.knownNumbers(0);
  const wanted = sizes?.[sizes.length === layout.spatial.length ? i : axis];
  if (wanted !== undefined) {
    // The size of the forward convolution's result.
    const input = padding === 'SAME' ? Math.ceil(wanted / stride) : Math.floor((wanted + padded - kernel) / stride) + 1;
    return (input - 1) * stride + kernel - wanted;
  }
  return sameForAll(op, axis, i, layout, (input, size) => (input - 1) * stride + kernel - size) ?? usualSurplus(op, padding, kernel, stride);
}

/** What holds for every trial size of the inputs. */
function sameForAll(op: OpScope, axis: number, i: number, layout: Layout, compute: (input: number, wanted: number) => number): number | undefined {
  const [first, second] = op.trials(0, 2).map(({ numbers, dims }) => {
    const wanted = numbers?.[numbers.length === layout.spatial.length ? i : axis];
    const input = dims?.[axis];
    return wanted === undefined || input === undefined ? undefined : compute(input, wanted);
  });
  if (first === undefined || Number.isNaN(first) || second === undefined) return undefined;
  return first === second
    ? first
    : op.refuse('the size of its result is no fixed multiple of that of its input; export the model for images of one size');
}

/** Where the size follows from nothing known, Keras' layers have made the model: the stride times that of the input, or the whole result. */
function usualSurplus(op: OpScope, padding: string, kernel: number, stride: number): number {
  if (padding === 'EXPLICIT') op.refuse('the size of its result is only known when the model runs');
  return padding === 'SAME' ? kernel - stride : Math.min(kernel - stride, 0);
}

/** x + bias over the channels. */
const biasAdd: OpConverter = (op) => {
  const fused = convolvedWithBias(op);
  if (fused !== undefined) return fused;
  const [x = '', bias = ''] = op.inputs();
  if (!op.text('data_format', 'NHWC').startsWith('NC') || op.rank(x) === 2) return op.emit('Add', [x, bias]);
  return op.emit('Add', [
    x,
    op.unsqueeze(
      bias,
      Array.from({ length: op.needRank(x) - 2 }, (_, i) => i + 1),
    ),
  ]);
};

/** A vector added to a convolution that nothing else uses becomes the convolution's bias. */
function convolvedWithBias(op: OpScope): string | undefined {
  const x = op.input(0);
  const bias = op.stored(1);
  const behind = op.emitter.producer(x);
  const convolution = behind?.op === 'Transpose' ? op.emitter.producer(behind.inputs[0] ?? '') : behind;
  const takesBias = convolution?.op === 'Conv' && convolution.inputs.length === 2 && op.isOnlyUse(0);
  if (!takesBias || bias?.dims.length !== 1 || behind?.op !== 'Transpose') return undefined;
  // A narrower or wider one is broadcast.
  if (bias.dims[0] !== op.fixedSize(convolution.inputs[1] ?? '', 0)) return undefined;
  op.emitter.replace({ ...convolution, inputs: [...convolution.inputs, op.input(1)] });
  return x;
}

/** Networks without BiasAdd add their biases like anything else. */
const add: OpConverter = (op) => convolvedWithBias(op) ?? op.emit('Add', op.inputs());

export const convolutionOps: OpConverters = {
  ...Object.fromEntries(Object.keys(KERNELS).map((name) => [name, convolution])),
  Add: add,
  AddV2: add,
  BiasAdd: biasAdd,
  BiasAddV1: biasAdd,
  Conv2DBackpropInput: transposed,
  Conv3DBackpropInputV2: transposed,
};
