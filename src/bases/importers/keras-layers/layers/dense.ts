import { activateConfigured } from '../activations.js';
import { emit, inKerasOrder, type LayerScope, needWeight, parameter, unary } from '../scope.js';
import type { KerasTensor } from '../tensor.js';

/** Dense over the last axis: one Gemm for `[N, C]`, MatMul and Add beyond. */
export const dense = unary((scope, x) => {
  const input = inKerasOrder(scope, x);
  const kernel = needWeight(scope, [x.shape.at(-1), scope.config.raw('units')], 'kernel');
  const bias = scope.config.flag('use_bias', true) ? parameter(scope, needWeight(scope, [kernel.tensor.dims[1]], 'bias')) : undefined;
  const name = product(scope, input, parameter(scope, kernel), bias);
  return activateConfigured(scope, { ...input, name, shape: [...input.shape.slice(0, -1), kernel.tensor.dims[1] ?? 0] });
});

function product(scope: LayerScope, x: KerasTensor, kernel: string, bias: string | undefined): string {
  if (x.shape.length === 2) return emit(scope, 'Gemm', bias === undefined ? [x, kernel] : [x, kernel, bias]);
  const name = emit(scope, 'MatMul', [x, kernel]);
  return bias === undefined ? name : emit(scope, 'Add', [name, bias]);
}

/** Embedding: `[N, L]` whole numbers to `[N, L, C]`. */
export const embedding = unary((scope, x) => {
  if (scope.config.flag('mask_zero', false)) scope.config.refuse('mask_zero');
  const table = needWeight(scope, 2, 'embeddings');
  const indices = x.type === 'int32' || x.type === 'int64' ? x.name : emit(scope, 'Cast', [x], { to: 7 });
  const name = emit(scope, 'Gather', [parameter(scope, table), indices], { axis: 0 });
  return { name, type: 'float32', shape: [...x.shape, table.tensor.dims[1] ?? 0], layout: 'keras' };
});
