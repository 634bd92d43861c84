import type { Dim } from '../../../../engine/graph/index.js';
import { isArray } from '../../json.js';
import { emit, inKerasOrder, ints, type LayerScope, spatialDims, unary } from '../scope.js';
import type { KerasTensor } from '../tensor.js';

/** Flatten to `[N, …]` in Keras' order; no Transpose where the spatial sizes are all 1. */
export const flatten = unary((scope, x) => {
  scope.config.require('data_format', 'channels_last');
  const input = x.layout === 'channels-first' && spatialDims(x).every((dim) => dim === 1) ? x : inKerasOrder(scope, x);
  const shape = [x.shape[0] ?? null, productOf(x.shape.slice(1))];
  return { ...input, name: emit(scope, 'Flatten', [input], { axis: 1 }), shape, layout: 'keras' };
});

export const reshape = unary((scope, x) => {
  const target = scope.config.raw('target_shape');
  if (!isArray(target)) return scope.config.refuse('target_shape');
  const dims = target.map((dim) => (typeof dim === 'number' ? dim : dim === null ? -1 : scope.config.refuse('target_shape')));
  return reshapeTo(scope, inKerasOrder(scope, x), dims);
});

/** `x` in Keras order with its sample's dimensions replaced; one of them may be -1. */
function reshapeTo(scope: LayerScope, x: KerasTensor, dims: readonly number[]): KerasTensor {
  const total = productOf(x.shape.slice(1));
  const known = dims.filter((dim) => dim >= 0).reduce((a, b) => a * b, 1);
  const shape = dims.map((dim) => (dim >= 0 ? dim : total === null ? null : total / known));
  // 0 keeps the batch dimension.
  const name = emit(scope, 'Reshape', [x, ints(scope, 'shape', [0, ...shape.map((dim) => dim ?? -1)])]);
  return { ...x, name, shape: [x.shape[0] ?? null, ...shape], layout: 'keras' };
}

/** Permute of the axes after the batch, counted from 1. */
export const permuteAxes = unary((scope, x) => {
  const input = inKerasOrder(scope, x);
  const perm = [0, ...scope.config.ints('dims', x.shape.length - 1)];
  return { ...input, name: emit(scope, 'Transpose', [input], { perm }), shape: perm.map((axis) => input.shape[axis] ?? null) };
});

/** RepeatVector: `[N, C]` to `[N, n, C]`. */
export const repeatVector = unary((scope, x) => {
  const n = scope.config.number('n');
  const wide = emit(scope, 'Unsqueeze', [x, ints(scope, 'axes', [1])]);
  const name = emit(scope, 'Expand', [wide, ints(scope, 'shape', [1, n, 1])]);
  return { ...x, name, shape: [x.shape[0] ?? null, n, x.shape[1] ?? null] };
});

function productOf(dims: readonly Dim[]): number | null {
  return dims.reduce<number | null>((product, dim) => (typeof dim === 'number' && product !== null ? product * dim : null), 1);
}
