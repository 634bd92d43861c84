import { permute, reshaped } from '../../../../core/index.js';
import type { OpConverter, OpConverters, OpScope } from '../scope.js';
import { fusedOps } from './activation.js';
import { filterDims, filterPerm, permutedFilter } from './filter.js';
import { channelsFirst, type Layout, layoutOf, paddingOf, spatialOnly } from './layout.js';

/** A filter as ONNX has it, and what belongs to it. */
interface Kernel {
  readonly weight: string;
  readonly kernel_shape: readonly number[];
  readonly group: number;
}

function fullKernel(op: OpScope, layout: Layout): Kernel {
  const perm = filterPerm(layout.spatial.length);
  const dims = filterDims(op, 1, perm.length);
  return { weight: permutedFilter(op, perm), kernel_shape: dims.slice(0, -2), group: groupsOf(op, layout, dims) };
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
};
