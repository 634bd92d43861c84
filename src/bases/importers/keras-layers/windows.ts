import type { AttributeValue } from '../../../engine/graph/index.js';
import type { LayerScope } from './scope.js';

/** A sliding window over the spatial axes. */
export interface Window {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly padding: string;
}

export interface PlacedWindow {
  /** `pads` or `auto_pad` of the ONNX node. */
  readonly pads: Readonly<Record<string, AttributeValue>>;
  /** Spatial sizes of the result; `undefined` where the input's are not fixed. */
  readonly sizes: readonly (number | undefined)[];
}

/**
 * Places a window as TensorFlow does: `same` pads so that the result has ceil(size / stride) steps, the odd row at the end.
 * @throws IMPORT_LAYER_OPTION for another padding
 */
export function placeWindow(scope: LayerScope, spatial: readonly (number | undefined)[], window: Window): PlacedWindow {
  const { kernel, strides, dilations, padding } = window;
  const reach = kernel.map((size, i) => (size - 1) * (dilations[i] ?? 1) + 1);
  if (padding === 'same') return placeSame(spatial, reach, strides);
  const sizes = spatial.map((size, i) => size && Math.floor((size - (padding === 'causal' ? 1 : (reach[i] ?? 1))) / (strides[i] ?? 1)) + 1);
  if (padding === 'valid') return { pads: {}, sizes };
  if (padding === 'causal') return { pads: padsOf(reach.map((size) => [size - 1, 0])), sizes };
  return scope.config.refuse('padding', padding);
}

function placeSame(spatial: readonly (number | undefined)[], reach: readonly number[], strides: readonly number[]): PlacedWindow {
  const sizes = spatial.map((size, i) => size && Math.ceil(size / (strides[i] ?? 1)));
  const totals = reach.map((size, i) => samePadding(spatial[i], size, strides[i] ?? 1));
  if (totals.some((total) => total === undefined)) return { pads: { auto_pad: 'SAME_UPPER' }, sizes };
  return { pads: padsOf(totals.map((total) => halves(total ?? 0))), sizes };
}

/** Padding does not depend on the size where the stride is 1. */
function samePadding(size: number | undefined, reach: number, stride: number): number | undefined {
  if (size === undefined) return stride === 1 ? reach - 1 : undefined;
  return Math.max((Math.ceil(size / stride) - 1) * stride + reach - size, 0);
}

/** A total padding as begin and end, the odd one at the end. */
export function halves(total: number): readonly [number, number] {
  return [Math.floor(total / 2), Math.ceil(total / 2)];
}

/** The `pads` attribute from begin and end of each axis; nothing where all are 0. */
export function padsOf(pairs: readonly (readonly [number, number])[]): Readonly<Record<string, AttributeValue>> {
  const pads = [...pairs.map(([begin]) => begin), ...pairs.map(([, end]) => end)];
  return pads.every((pad) => pad === 0) ? {} : { pads };
}
