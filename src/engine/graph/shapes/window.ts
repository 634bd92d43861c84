import { attribute } from '../attributes.js';
import type { Node } from '../model.js';
import { type Dims, dimAt, invalid, range } from './dims.js';

/** How a convolution or pooling window moves over the spatial dimensions; one entry a dimension. */
export interface Window {
  readonly kernel: Dims;
  readonly strides: Dims;
  readonly dilations: Dims;
  readonly padsBegin: Dims;
  readonly padsEnd: Dims;
  /** Spatial dimensions of the output. */
  readonly output: Dims;
}

export type WindowAttributes = Pick<Window, 'kernel' | 'strides' | 'dilations' | 'padsBegin' | 'padsEnd'> & { readonly autoPad: string };

/** The attributes that convolutions and pools share, with their defaults. */
export function windowAttributes(node: Node, kernel: Dims): WindowAttributes {
  const rank = kernel.length;
  const per = (name: string, otherwise: number, count = rank): Dims => {
    const values = attribute.ints(node, name) ?? new Array<number>(count).fill(otherwise);
    return values.length === count ? values : invalid(node, `${name} has ${values.length} numbers instead of ${count}`);
  };
  const pads = per('pads', 0, 2 * rank);
  return {
    kernel,
    strides: per('strides', 1),
    dilations: per('dilations', 1),
    padsBegin: pads.slice(0, rank),
    padsEnd: pads.slice(rank),
    autoPad: attribute.string(node, 'auto_pad', 'NOTSET'),
  };
}

/** Elements a dilated kernel spans along one dimension. */
export function kernelSpan(size: number, dilation: number): number {
  return (size - 1) * dilation + 1;
}

/** The begin pad of `total`: SAME_LOWER puts the odd element first. */
function splitPad(total: number, autoPad: string): readonly [number, number] {
  const small = Math.floor(total / 2);
  return autoPad === 'SAME_LOWER' ? [total - small, small] : [small, total - small];
}

function padsAt(window: WindowAttributes, input: number, axis: number): readonly [number, number] {
  if (window.autoPad === 'VALID') return [0, 0];
  if (!window.autoPad.startsWith('SAME')) return [dimAt(window.padsBegin, axis), dimAt(window.padsEnd, axis)];
  const stride = dimAt(window.strides, axis);
  const span = kernelSpan(dimAt(window.kernel, axis), dimAt(window.dilations, axis));
  return splitPad(Math.max(0, (Math.ceil(input / stride) - 1) * stride + span - input), window.autoPad);
}

function outputAt(padded: number, span: number, stride: number, lastStart: number | undefined): number {
  const steps = (padded - span) / stride;
  if (lastStart === undefined) return Math.floor(steps) + 1;
  // With ceil_mode a window that would start in the end padding is left out (ONNX since opset 19, ONNX Runtime, PyTorch).
  const count = Math.ceil(steps) + 1;
  return (count - 1) * stride >= lastStart ? count - 1 : count;
}

/** The window of a Conv or pool node over `spatial`, pads resolved. `ceil_mode` counts. @throws SHAPE_INVALID */
export function windowOf(node: Node, spatial: Dims, kernel: Dims): Window {
  if (kernel.length !== spatial.length) invalid(node, `its kernel has ${kernel.length} dimensions and its input ${spatial.length} spatial ones`);
  const window = windowAttributes(node, kernel);
  const ceil = attribute.int(node, 'ceil_mode', 0) === 1;
  const pads = spatial.map((input, axis) => padsAt(window, input, axis));
  const output = range(kernel.length).map((axis) => {
    const [begin, end] = pads[axis] as readonly [number, number];
    const input = dimAt(spatial, axis);
    const span = kernelSpan(dimAt(kernel, axis), dimAt(window.dilations, axis));
    const size = outputAt(input + begin + end, span, dimAt(window.strides, axis), ceil ? input + begin : undefined);
    return size >= 0 ? size : invalid(node, `its window of ${span} is larger than the padded input of ${input + begin + end}`);
  });
  return { ...window, padsBegin: pads.map(([begin]) => begin), padsEnd: pads.map(([, end]) => end), output };
}

/** The window of a ConvTranspose node over its input's `spatial`; pads as ONNX Runtime resolves output_shape and auto_pad. */
export function transposedWindowOf(node: Node, spatial: Dims, kernel: Dims): Window {
  if (kernel.length !== spatial.length) invalid(node, `its kernel has ${kernel.length} dimensions and its input ${spatial.length} spatial ones`);
  const window = windowAttributes(node, kernel);
  const extra = attribute.ints(node, 'output_padding') ?? kernel.map(() => 0);
  // An output_shape of full rank also states N and C.
  const wanted = attribute.ints(node, 'output_shape')?.slice(-kernel.length);
  const parts = spatial.map((input, axis) => {
    const stride = dimAt(window.strides, axis);
    const full = (input - 1) * stride + dimAt(extra, axis) + kernelSpan(dimAt(kernel, axis), dimAt(window.dilations, axis));
    const target = wanted?.[axis] ?? (window.autoPad.startsWith('SAME') ? input * stride : undefined);
    const pads = target === undefined ? padsAt(window, input, axis) : splitPad(Math.max(0, full - target), transposedOrder(window.autoPad));
    return { pads, output: wanted?.[axis] ?? full - pads[0] - pads[1] };
  });
  return {
    ...window,
    padsBegin: parts.map((part) => part.pads[0]),
    padsEnd: parts.map((part) => part.pads[1]),
    output: parts.map((part) => part.output),
  };
}

/** ConvTranspose with a stated output_shape puts the odd pad first unless auto_pad is SAME_UPPER. */
function transposedOrder(autoPad: string): string {
  return autoPad === 'SAME_UPPER' ? 'SAME_UPPER' : 'SAME_LOWER';
}
