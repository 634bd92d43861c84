import type { Tensors } from '../../engine/runtime/index.js';

/** Name of the first tensor that holds NaN or infinity. */
export function firstNotFinite(tensors: Tensors): string | undefined {
  return Object.keys(tensors).find((name) => (tensors[name]?.data as Float32Array | undefined)?.some((value) => !Number.isFinite(value)));
}
