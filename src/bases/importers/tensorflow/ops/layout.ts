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
export function toChannelsFirst(rank: number): number[] {
  return [0, rank - 1, ...Array.from({ length: rank - 2 }, (_, i) => i + 1)];
}

/** `perm` of the Transpose from channels first to channels last. */
export function toChannelsLast(rank: number): number[] {
  return [0, ...Array.from({ length: rank - 2 }, (_, i) => i + 2), 1];
}

/** Computes on `x` with the channels in place 1, as ONNX wants them; the Transposes around it cancel out later. */
export function channelsFirst(op: OpScope, layout: Layout, x: string, compute: (x: string) => string): string {
  if (!layout.channelsLast) return compute(x);
  const rank = layout.spatial.length + 2;
  return op.transpose(compute(op.transpose(x, toChannelsFirst(rank))), toChannelsLast(rank));
}

/** ONNX padding of a window: TensorFlow's `padding`, with `explicit_paddings` for EXPLICIT. */
export function paddingOf(op: OpScope, layout: Layout): { readonly auto_pad?: string; readonly pads?: readonly number[] } {
  const padding = op.text('padding', 'VALID');
  if (padding === 'SAME') return { auto_pad: 'SAME_UPPER' };
  if (padding === 'VALID') return {};
  if (padding !== 'EXPLICIT') op.refuse(`its padding is ${padding}`);
  const pairs = op.intList('explicit_paddings');
  const begin = layout.spatial.map((axis) => pairs[2 * axis] ?? 0);
  const end = layout.spatial.map((axis) => pairs[2 * axis + 1] ?? 0);
  return { pads: [...begin, ...end] };
}
