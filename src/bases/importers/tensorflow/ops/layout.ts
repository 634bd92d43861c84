import type { OpScope } from '../scope.js';

/** Where an op of images has its axes; `spatial` are those between batch and channels. */
export interface Layout {
  readonly channelsLast: boolean;
  readonly spatial: readonly number[];
}

/** Reads `data_format`: NHWC, NCHW, NDHWC, NCDHW and their vectors. */
export function layoutOf(op: OpScope): Layout {
  const format = op.text('data_format', 'NHWC');
  const spatial = [...format].flatMap((axis, at) => (axis === 'N' || axis === 'C' ? [] : [at]));
  if (!/^N(?:D?HWC|CD?HW)$/.test(format)) op.refuse(`its data_format is ${format}`);
  return { channelsLast: format.endsWith('C'), spatial };
}

/** The numbers of an attribute with one entry an axis, for the spatial axes alone; 1 where it is left out. */
export function spatialOnly(op: OpScope, { spatial }: Layout, values: readonly number[], name: string): number[] {
  if (values.length === 0) return spatial.map(() => 1);
  const others = values.filter((_, axis) => !spatial.includes(axis));
  if (values.length !== spatial.length + 2 || others.some((value) => value !== 1)) op.refuse(`its ${name} are [${values.join(', ')}]`);
  return spatial.map((axis) => values[axis] ?? 1);
}

/** `perm` of the Transpose from channels last to channels first. */
function toChannelsFirst(rank: number): number[] {
  return [0, rank - 1, ...Array.from({ length: rank - 2 }, (_, i) => i + 1)];
}

/** `perm` of the Transpose from channels first to channels last. */
function toChannelsLast(rank: number): number[] {
  return [0, ...Array.from({ length: rank - 2 }, (_, i) => i + 2), 1];
}

/** Computes on `x` with the channels in place 1, as ONNX wants them; the Transposes around it cancel out later. */
export function channelsFirst(op: OpScope, layout: Layout, x: string, compute: (x: string) => string): string {
  if (!layout.channelsLast) return compute(x);
  const rank = layout.spatial.length + 2;
  return op.transpose(compute(op.transpose(x, toChannelsFirst(rank))), toChannelsLast(rank));
}

/** A window that moves over the spatial axes of an image; one number an axis. */
export interface Window {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
}

/** ONNX padding of a window over `x`: TensorFlow's `padding`, with `explicit_paddings` for EXPLICIT. */
export function paddingOf(op: OpScope, layout: Layout, window: Window, x: string): { readonly auto_pad?: string; readonly pads?: readonly number[] } {
  const padding = op.text('padding', 'VALID');
  if (padding === 'VALID') return {};
  if (padding === 'SAME') return samePadding(op, layout, window, x);
  if (padding !== 'EXPLICIT') op.refuse(`its padding is ${padding}`);
  return { pads: explicitPads(op, layout) };
}

/** Numbers of `explicit_paddings`: all befores, then all afters. */
export function explicitPads(op: OpScope, { spatial }: Layout): number[] {
  const pairs = op.intList('explicit_paddings');
  return [...spatial.map((axis) => pairs[2 * axis] ?? 0), ...spatial.map((axis) => pairs[2 * axis + 1] ?? 0)];
}

/** ONNX Runtime pads by itself, but not for windows that are dilated or that leave elements out. */
function samePadding(op: OpScope, layout: Layout, window: Window, x: string): { readonly auto_pad?: string; readonly pads?: readonly number[] } {
  const { kernel, strides, dilations } = window;
  const pads = kernel.map((size, i) => {
    const extent = (size - 1) * (dilations[i] ?? 1) + 1;
    return samePads(extent, strides[i] ?? 1, op.fixedSize(x, layout.spatial[i] ?? 0));
  });
  const isPlain = dilations.every((dilation) => dilation === 1) && kernel.every((size, i) => size >= (strides[i] ?? 1));
  if (isPlain) return { auto_pad: 'SAME_UPPER' };
  const known = pads.map((pair) => pair ?? op.refuse('its padding depends on the size of the image; export the model for images of one size'));
  return { pads: [...known.map(([begin]) => begin), ...known.map(([, end]) => end)] };
}

/** What SAME pads before and after an axis; `undefined` where that depends on its size, which is not known. */
function samePads(extent: number, stride: number, size: number | undefined): readonly [number, number] | undefined {
  // What is too much at the end is left out again.
  if (extent <= 2 && extent <= stride) return [0, extent - 1];
  if (stride > 1 && (size === undefined || Number.isNaN(size))) return undefined;
  const total = stride === 1 ? extent - 1 : Math.max((Math.ceil((size ?? 0) / stride) - 1) * stride + extent - (size ?? 0), 0);
  return [Math.floor(total / 2), Math.ceil(total / 2)];
}
