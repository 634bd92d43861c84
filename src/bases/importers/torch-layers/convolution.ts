import { fail } from '../../../core/index.js';
import type { Dim } from '../../../engine/graph/index.js';
import type { Activation } from './activation.js';
import { relu } from './activation.js';
import type { Value } from './network.js';
import { batchNorm } from './normalization.js';

export interface ConvOptions {
  /** Of all axes, or of each. */
  readonly stride?: number | readonly number[];
  /** Zeros on each side of both axes; `half` keeps the size at stride 1. Default 0, as PyTorch's. */
  readonly padding?: number | readonly [number, number] | 'half';
  readonly dilation?: number;
}

/**
 * Conv2d with the weights `name.weight` `[out, in / groups, kH, kW]` (or Conv1d, with one axis less) and, where the file has it, `name.bias`: channels, kernel and groups are
 * those of the weights.
 */
export function conv(x: Value, name: string, { stride = 1, padding = 0, dilation = 1 }: ConvOptions = {}): Value {
  const channels = channelsOf(x);
  const [out = 0, perGroup = 1, ...kernel] = x.net.dimsOf(`${name}.weight`);
  const group = channels / perGroup;
  if (!Number.isInteger(group) || kernel.length !== x.dims.length - 2 || out % group !== 0) badShape(x, `${name}.weight`, channels);
  const weight = x.net.parameter(`${name}.weight`, [out, perGroup, ...kernel]);
  const bias = x.net.has(`${name}.bias`) ? x.net.parameter(`${name}.bias`, [out]) : undefined;
  const pads = kernel.map((side, axis) =>
    padding === 'half' ? (dilation * (side - 1)) / 2 : typeof padding === 'number' ? padding : (padding[axis] ?? 0),
  );
  const strides = kernel.map((_, axis) => (typeof stride === 'number' ? stride : (stride[axis] ?? 1)));
  const size = kernel.map((side, axis) =>
    windows(x.dims[axis + 2] ?? null, { kernel: side, stride: strides[axis] ?? 1, padding: pads[axis] ?? 0, dilation }),
  );
  return x.net.op(name, 'Conv', bias ? [x, weight, bias] : [x, weight], [x.dims[0] ?? null, out, ...size], {
    dilations: kernel.map(() => dilation),
    group,
    kernel_shape: kernel,
    pads: [...pads, ...pads],
    strides,
  });
}

/** Conv2d whose kernels lie side by side, as those that cut images into patches. */
export function patchConv(x: Value, name: string): Value {
  return conv(x, name, { stride: x.net.dimsOf(`${name}.weight`).slice(2) });
}

interface ConvNormOptions extends ConvOptions {
  readonly activation?: Activation | undefined;
  readonly eps?: number;
}

/** torchvision's `Conv2dNormActivation`: convolution `name.0`, batch normalisation `name.1` and an activation, padded by half the kernel. */
export function convNorm(x: Value, name: string, { activation = relu, eps, ...options }: ConvNormOptions = {}): Value {
  const normal = batchNorm(conv(x, `${name}.0`, { padding: 'half', ...options }), `${name}.1`, eps);
  return x.net.rename(activation(normal), name);
}

/** The number of channels of a feature map `[N, C, H, W]`, or of the last axis of a sequence. */
export function channelsOf(x: Value): number {
  return Number(x.dims[1]);
}

interface Window {
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
  readonly dilation?: number;
  readonly ceil?: boolean;
}

/** How many windows there are along an axis; of an axis of unknown size as many as before where none is lost. */
export function windows(size: Dim, { kernel, stride, padding, dilation = 1, ceil = false }: Window): Dim {
  if (typeof size !== 'number') return stride === 1 && 2 * padding === dilation * (kernel - 1) ? size : null;
  const steps = (size + 2 * padding - dilation * (kernel - 1) - 1) / stride;
  const count = (ceil ? Math.ceil(steps) : Math.floor(steps)) + 1;
  // No window begins in the padding behind.
  return ceil && (count - 1) * stride >= size + padding ? count - 1 : count;
}

function badShape(x: Value, weight: string, channels: number): never {
  return fail('IMPORT_WEIGHT_SHAPE', {
    weight,
    actual: x.net.dimsOf(weight).join(', '),
    layer: weight.slice(0, weight.lastIndexOf('.')),
    expected: `a kernel [out, in / groups, height, width] for ${channels} channels`,
  });
}
