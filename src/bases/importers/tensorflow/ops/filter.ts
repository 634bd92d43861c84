import { permute } from '../../../../core/index.js';
import type { OpScope } from '../scope.js';

/** Filter axes `[k…, in, out]` in ONNX order `[out, in, k…]`. */
export function filterPerm(spatial: number): number[] {
  return [spatial + 1, spatial, ...Array.from({ length: spatial }, (_, i) => i)];
}

/** Dimensions of the filter. @throws IMPORT_NODE where they are not known */
export function filterDims(op: OpScope, index: number, rank: number): readonly number[] {
  const dims = op.stored(index)?.dims;
  return dims ?? Array.from({ length: rank }, (_, axis) => op.fixedSize(op.input(index), axis) ?? op.refuse('the size of its filter is not known'));
}

/** Input 1 with its axes in another order. */
export function permutedFilter(op: OpScope, perm: readonly number[]): string {
  return op.arranged(
    1,
    `${perm}`,
    (filter) => permute(filter, perm),
    (filter) => op.transpose(filter, perm),
  );
}
