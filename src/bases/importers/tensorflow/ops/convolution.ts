import { permute, reshaped } from '../../../../core/index.js';
import type { OpConverter, OpConverters, OpScope } from '../scope.js';
import { fusedOps } from './activation.js';
import { channelsFirst, type Layout, layoutOf, paddingOf, spatialOnly } from './layout.js';

/** Filter axes `[k…, in, out]` in ONNX order `[out, in, k…]`. */
function filterPerm(spatial: number): number[] {
  return [spatial + 1, spatial, ...Array.from({ length: spatial }, (_, i) => i)];
}

/** Dimensions of the filter. @throws IMPORT_NODE where they are not known */
function filterDims(op: OpScope, index: number): readonly number[] {
  const dims = op.known(index)?.dims ?? op.emitter.type(op.input(index))?.dims;
  return dims ?? op.refuse('the size of its filter is not known');
}

function windowOf(op: OpScope, layout: Layout): Record<string, readonly number[] | string | undefined> {
  const strides = spatialOnly(op, layout, op.intList('strides'), 'strides');
  const dilations = blocksOf(op) ?? spatialOnly(op, layout, op.intList('dilations'), 'dilations');
  return { strides, dilations, ...paddingOf(op, layout) };
}

/**
 * TensorFlow writes a dilated convolution as a plain one over blocks of every n-th pixel: SpaceToBatchND, convolution, BatchToSpaceND. The blocks are the
 * dilation.
 */
function blocksOf(op: OpScope): readonly number[] | undefined {
  return op.source(0)?.op === 'SpaceToBatchND' ? op.sourceOf(0).numbers(1, 'blocks') : undefined;
}

/** What goes into blocks is padded; the convolution behind takes the blocks as its dilation. */
const spaceToBatch: OpConverter = (op) => {
  const pads = op.knownNumbers(2);
  if (pads?.every((pad) => pad === 0)) return op.input(0);
  return op.emit('Pad', [op.input(0), paddingVector(op, 2)], { mode: 'constant' });
};

/** Rows of before and after, one a spatial axis of `[N, H, W, C]`, as ONNX has them. */
function paddingVector(op: OpScope, index: number): string {
  const rows = op.emit('Reshape', [op.vector(index), op.ints([-1, 2])]);
  const columns = op.emit(
    'Concat',
    [
      op.ints([0]),
      op.emit('Reshape', [op.emit('Slice', [rows, op.ints([0]), op.ints([1]), op.ints([1])]), op.ints([-1])]),
      op.ints([0, 0]),
      op.emit('Reshape', [op.emit('Slice', [rows, op.ints([1]), op.ints([2]), op.ints([1])]), op.ints([-1])]),
      op.ints([0]),
    ],
    { axis: 0 },
  );
  return columns;
}

/** The blocks put back: what was padded to fill them is cut off. */
const batchToSpace: OpConverter = (op) => {
  const convolution = op.source(0);
  if (!/Conv/.test(convolution?.op ?? '') || op.sourceOf(0).source(0)?.op !== 'SpaceToBatchND') op.refuse('it follows no convolution over blocks');
  const crops = op.knownNumbers(2);
  if (crops?.every((crop) => crop === 0)) return op.input(0);
  const x = op.input(0);
  const rows = op.emit('Reshape', [op.vector(2), op.ints([-1, 2])]);
  const column = (at: number): string =>
    op.emit('Reshape', [op.emit('Slice', [rows, op.ints([at]), op.ints([at + 1]), op.ints([1])]), op.ints([-1])]);
  const sizes = op.emit('Slice', [op.emit('Shape', [x]), op.ints([1]), op.ints([3])]);
  return op.emit('Slice', [x, column(0), op.emit('Sub', [sizes, column(1)]), op.ints([1, 2])]);
};

const convolution: OpConverter = (op) => {
  const layout = layoutOf(op);
  const perm = filterPerm(layout.spatial.length);
  const dims = filterDims(op, 1);
  const weight = op.arranged(
    1,
    `${perm}`,
    (filter) => permute(filter, perm),
    (filter) => op.transpose(filter, perm),
  );
  return convolve(op, layout, weight, { kernel_shape: dims.slice(0, -2), group: groupsOf(op, layout, dims) });
};

/** Grouped convolutions are told from the channels alone. */
function groupsOf(op: OpScope, layout: Layout, filter: readonly number[]): number {
  const channels = op.fixedSize(op.input(0), layout.channelsLast ? -1 : 1);
  const perGroup = filter.at(-2) ?? 1;
  return channels === undefined || Number.isNaN(channels) ? 1 : channels / perGroup;
}

/** Filters `[h, w, channels, multiplier]` become `[channels·multiplier, 1, h, w]`. */
const depthwise: OpConverter = (op) => {
  const layout = layoutOf(op);
  const [height = 1, width = 1, channels = 1, multiplier = 1] = filterDims(op, 1);
  const perm = [2, 3, 0, 1];
  const dims = [channels * multiplier, 1, height, width];
  const weight = op.arranged(
    1,
    'depthwise',
    (filter) => reshaped(permute(filter, perm), dims),
    (filter) => op.emit('Reshape', [op.transpose(filter, perm), op.ints(dims)]),
  );
  return convolve(op, layout, weight, { kernel_shape: [height, width], group: channels });
};

function convolve(op: OpScope, layout: Layout, weight: string, values: Readonly<Record<string, readonly number[] | number>>): string {
  const { hasBias, activate } = fusedOps(op);
  const bias = hasBias ? [op.input(2)] : [];
  return activate(channelsFirst(op, layout, op.input(0), (x) => op.emit('Conv', [x, weight, ...bias], { ...values, ...windowOf(op, layout) })));
}

/**
 * The gradient of a convolution for its input, which is a transposed convolution. The size of the result is input 0; where it is computed, it is taken to
 * be the stride times that of the input.
 */
const transposed: OpConverter = (op) => {
  const layout = layoutOf(op);
  const rank = layout.spatial.length;
  const perm = filterPerm(rank);
  const dims = filterDims(op, 1);
  const weight = op.arranged(
    1,
    `${perm}`,
    (filter) => permute(filter, perm),
    (filter) => op.transpose(filter, perm),
  );
  const strides = spatialOnly(op, layout, op.intList('strides'), 'strides');
  if (spatialOnly(op, layout, op.intList('dilations'), 'dilations').some((dilation) => dilation !== 1)) op.refuse('it is dilated');
  const crops = layout.spatial.map((_, i) => cropsOf(op, layout, i, dims[i] ?? 1, strides[i] ?? 1));
  const values = {
    kernel_shape: dims.slice(0, -2),
    strides,
    pads: [...crops.map(({ begin }) => begin), ...crops.map(({ end }) => Math.max(end, 0))],
    output_padding: crops.map(({ end }) => Math.max(-end, 0)),
  };
  return channelsFirst(op, layout, op.input(2), (x) => op.emit('ConvTranspose', [x, weight], values));
};

/** What is cut off the full result along spatial axis `i`: what the forward convolution padded. A negative end is what the full result lacks. */
function cropsOf(op: OpScope, layout: Layout, i: number, kernel: number, stride: number): { readonly begin: number; readonly end: number } {
  const axis = layout.spatial[i] ?? 0;
  const sizes = op.knownNumbers(0) ?? [];
  const wanted = sizes.length === layout.spatial.length ? sizes[i] : sizes[axis];
  const input = op.emitter.type(op.input(2))?.dims[axis];
  const known = wanted !== undefined && wanted > 0 && input !== undefined;
  const padding = op.text('padding', 'VALID');
  // In steps of the stride: the full result has (input − 1)·stride + kernel.
  const surplus = known ? (input - 1) * stride + kernel - wanted : padding === 'SAME' ? kernel - stride : 0;
  if (padding === 'VALID') return { begin: 0, end: surplus };
  if (padding !== 'SAME') op.refuse(`its padding is ${padding}`);
  const begin = Math.floor(Math.max(surplus, 0) / 2);
  return { begin, end: surplus - begin };
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
  op.emitter.replace({ ...convolution, inputs: [...convolution.inputs, op.input(1)] });
  return x;
}

/** Networks without BiasAdd add their biases like anything else. */
const add: OpConverter = (op) => convolvedWithBias(op) ?? op.emit('Add', op.inputs());

export const convolutionOps: OpConverters = {
  Add: add,
  AddV2: add,
  BatchToSpaceND: batchToSpace,
  BiasAdd: biasAdd,
  BiasAddV1: biasAdd,
  Conv2D: convolution,
  Conv2DBackpropInput: transposed,
  Conv3D: convolution,
  Conv3DBackpropInputV2: transposed,
  DepthwiseConv2dNative: depthwise,
  FusedDepthwiseConv2dNative: depthwise,
  SpaceToBatchND: spaceToBatch,
  _FusedConv2D: convolution,
  _FusedDepthwiseConv2dNative: depthwise,
};
