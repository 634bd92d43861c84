import { permute, reshaped, type Tensor } from '../../../../core/index.js';
import { activateConfigured } from '../activations.js';
import { channelsOf, emit, type LayerScope, needWeight, parameter, spatialDims, spatially, unary, withSpatial } from '../scope.js';
import type { KerasTensor } from '../tensor.js';
import { placeWindow, type Window } from '../windows.js';

/** Conv1D, Conv2D, Conv3D; kernel `[k…, in / groups, out]` becomes `[out, in / groups, k…]`. */
export const convolution = (rank: number) =>
  unary((scope, x) => {
    const kernel = needWeight(scope, [...sides(scope, rank), undefined, scope.config.raw('filters')], 'kernel');
    const weight = parameter(scope, kernel, (tensor) => permute(tensor, [rank + 1, rank, ...spatialAxes(rank)]));
    const window = windowOf(scope, kernel.tensor.dims.slice(0, rank), rank);
    const out = kernel.tensor.dims.at(-1) ?? 0;
    const groups = scope.config.number('groups', 1);
    return finish(scope, x, (input) => convolve(scope, input, { weight, bias: biasOf(scope), window, groups, out }));
  });

/** DepthwiseConv1D, DepthwiseConv2D; kernel `[k…, in, multiplier]` becomes `[in · multiplier, 1, k…]`. */
export const depthwiseConvolution = (rank: number) =>
  unary((scope, x) =>
    finish(scope, x, (input) => {
      const step = depthwise(scope, rank);
      return convolve(scope, input, { ...step, bias: biasOf(scope) });
    }),
  );

/** SeparableConv1D, SeparableConv2D: a depthwise convolution, then one of size 1 that mixes the channels. */
export const separableConvolution = (rank: number) =>
  unary((scope, x) =>
    finish(scope, x, (input) => {
      const pointwise = needWeight(scope, [...spatialAxes(rank).map(() => 1), undefined, scope.config.raw('filters')], 'pointwise_kernel');
      const weight = parameter(scope, pointwise, (tensor) => permute(tensor, [rank + 1, rank, ...spatialAxes(rank)]));
      const middle = convolve(scope, input, { ...depthwise(scope, rank), bias: undefined });
      const ones = spatialAxes(rank).map(() => 1);
      const window = { kernel: ones, strides: ones, dilations: ones, padding: 'valid' };
      return convolve(scope, middle, { weight, bias: biasOf(scope), window, groups: 1, out: pointwise.tensor.dims.at(-1) ?? 0 });
    }),
  );

interface Convolution {
  readonly weight: string;
  readonly bias: string | undefined;
  readonly window: Window;
  readonly groups: number;
  readonly out: number;
}

function depthwise(scope: LayerScope, rank: number): Omit<Convolution, 'bias'> {
  const kernel = needWeight(scope, [...sides(scope, rank), undefined, undefined], 'depthwise_kernel', 'kernel');
  const { dims } = kernel.tensor;
  const groups = dims[rank] ?? 1;
  const out = groups * (dims[rank + 1] ?? 1);
  const arrange = (tensor: Tensor): Tensor => reshaped(permute(tensor, [rank, rank + 1, ...spatialAxes(rank)]), [out, 1, ...dims.slice(0, rank)]);
  return { weight: parameter(scope, kernel, arrange), window: windowOf(scope, dims.slice(0, rank), rank), groups, out };
}

function convolve(scope: LayerScope, x: KerasTensor, { weight, bias, window, groups, out }: Convolution): KerasTensor {
  channelsOf(scope, x);
  const placed = placeWindow(scope, spatialDims(x), window);
  const name = emit(scope, 'Conv', [x, weight, ...(bias === undefined ? [] : [bias])], {
    kernel_shape: window.kernel,
    strides: window.strides,
    dilations: window.dilations,
    group: groups,
    ...placed.pads,
  });
  return { ...x, name, shape: withSpatial(x, placed.sizes, out) };
}

function finish(scope: LayerScope, x: KerasTensor, convert: (x: KerasTensor) => KerasTensor): KerasTensor {
  return spatially(scope, x, (input) => activateConfigured(scope, convert(input)));
}

function biasOf(scope: LayerScope): string | undefined {
  if (!scope.config.flag('use_bias', true)) return undefined;
  return parameter(scope, needWeight(scope, 1, 'bias'));
}

/** The kernel's sides as the layer says them. */
function sides({ config }: LayerScope, rank: number): unknown[] {
  return config.raw('kernel_size') === undefined ? Array.from({ length: rank }) : config.ints('kernel_size', rank);
}

function windowOf(scope: LayerScope, kernel: readonly number[], rank: number): Window {
  const { config } = scope;
  return {
    kernel,
    strides: config.ints('strides', rank, 1),
    dilations: config.ints('dilation_rate', rank, 1),
    padding: config.text('padding', 'valid').toLowerCase(),
  };
}

function spatialAxes(rank: number): number[] {
  return Array.from({ length: rank }, (_, axis) => axis);
}
