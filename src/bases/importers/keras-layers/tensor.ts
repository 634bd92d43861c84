import type { DataType } from '../../../core/index.js';
import type { Dim } from '../../../engine/graph/index.js';

/**
 * A value of the Keras model while it becomes ONNX. `shape` is in Keras' axis order, batch first. `channels-first` values
 * are stored with the last axis moved to place 1, as ONNX's spatial operators want it: `[N, H, W, C]` as `[N, C, H, W]`.
 */
export interface KerasTensor {
  readonly name: string;
  readonly type: DataType;
  readonly shape: readonly Dim[];
  readonly layout: Layout;
}

export type Layout = 'keras' | 'channels-first';

/** Where axis `axis` (negative from the end) of the Keras shape is stored. */
export function storedAxis(x: KerasTensor, axis: number): number {
  const rank = x.shape.length;
  const positive = axis < 0 ? axis + rank : axis;
  if (x.layout === 'keras' || positive === 0) return positive;
  return positive === rank - 1 ? 1 : positive + 1;
}

/** The dimensions as the ONNX value has them. */
export function storedDims(x: KerasTensor): readonly Dim[] {
  return inStoredOrder(x.shape, x.layout);
}

/** Items given one per Keras axis, in stored order. */
export function inStoredOrder<T>(items: readonly T[], layout: Layout): readonly T[] {
  return layout === 'keras' ? items : [...items.slice(0, 1), ...items.slice(-1), ...items.slice(1, -1)];
}

/** `perm` of the Transpose from Keras order to channels first. */
export function toChannelsFirst(rank: number): number[] {
  return [0, rank - 1, ...Array.from({ length: rank - 2 }, (_, i) => i + 1)];
}

/** `perm` of the Transpose from channels first to Keras order. */
export function fromChannelsFirst(rank: number): number[] {
  return [0, ...Array.from({ length: rank - 2 }, (_, i) => i + 2), 1];
}
