import { fail } from '../../../../core/index.js';
import { emit, inKerasOrder, ints, type LayerConverter, type LayerScope, unary } from '../scope.js';
import type { KerasTensor } from '../tensor.js';
import type { WeightStore } from '../weights.js';
import { innerConfig, innerScope } from './wrapped.js';

/** TimeDistributed: the wrapped layer on every step, by taking the steps for samples. */
export const timeDistributed = (find: (layer: string, type: string) => LayerConverter) =>
  unary((scope, given) => {
    const x = inKerasOrder(scope, given);
    const [batch = null, steps, ...rest] = x.shape;
    if (typeof steps !== 'number') fail('IMPORT_TOPOLOGY', { reason: `the steps of layer "${scope.config.layer}" are not fixed` });
    const inner = { ...innerScope(scope, innerConfig(scope.config)), weights: wrapperFirst(scope) };
    const samples = fold(scope, x, [-1, ...rest.map((dim) => known(scope, dim))]);
    const result = inKerasOrder(inner, find(inner.config.layer, inner.config.type)(inner, [{ ...samples, shape: [null, ...rest] }]));
    const sizes = result.shape.slice(1).map((dim) => known(scope, dim));
    return { ...fold(scope, result, [-1, steps, ...sizes]), shape: [batch, steps, ...sizes] };
  });

/** TF.js names the weights after the wrapper, Keras after wrapper and layer. */
function wrapperFirst({ config, parents, weights }: LayerScope): WeightStore {
  return { find: (layer, weight, around) => weights.find(config.layer, weight, parents) ?? weights.find(layer, weight, around) };
}

function fold(scope: LayerScope, x: KerasTensor, shape: readonly number[]): KerasTensor {
  return { ...x, name: emit(scope, 'Reshape', [x, ints(scope, 'shape', shape)]) };
}

function known(scope: LayerScope, dim: unknown): number {
  return typeof dim === 'number' ? dim : fail('IMPORT_TOPOLOGY', { reason: `the sizes of layer "${scope.config.layer}" are not fixed` });
}
