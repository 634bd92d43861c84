import type { StandardOp } from '../../../../engine/graph/index.js';
import { emit, ints, type LayerScope, spatialDims, spatially, unary, withSpatial } from '../scope.js';
import type { KerasTensor } from '../tensor.js';
import { placeWindow } from '../windows.js';

/** MaxPooling and AveragePooling over `rank` axes; padding does not count in the average. */
export const pooling = (op: 'MaxPool' | 'AveragePool', rank: number) =>
  unary((scope, x) => {
    const { config } = scope;
    const kernel = config.ints('pool_size', rank, 2);
    const strides = config.raw('strides') === undefined ? kernel : config.ints('strides', rank);
    const window = { kernel, strides, dilations: kernel.map(() => 1), padding: config.text('padding', 'valid').toLowerCase() };
    return spatially(scope, x, (input) => {
      const placed = placeWindow(scope, spatialDims(input), window);
      const name = emit(scope, op, [input], { kernel_shape: kernel, strides, ...placed.pads });
      return { ...input, name, shape: withSpatial(input, placed.sizes) };
    });
  });

/** GlobalAveragePooling and GlobalMaxPooling: `[N, …, C]` to `[N, C]`. */
export const globalPooling = (kind: 'Average' | 'Max') =>
  unary((scope, x) => {
    const keep = scope.config.flag('keepdims', false);
    const first = scope.config.raw('data_format') === 'channels_first';
    if (x.layout === 'channels-first' && !first) return poolChannelsFirst(scope, x, `Global${kind}Pool`, keep);
    const axes = x.shape.map((_, axis) => axis).slice(first ? 2 : 1, first ? undefined : -1);
    const op = kind === 'Average' ? 'ReduceMean' : 'ReduceMax';
    const name = emit(scope, op, [x, ints(scope, 'axes', axes)], { keepdims: keep });
    return { ...x, name, shape: keep ? x.shape.map((dim, i) => (axes.includes(i) ? 1 : dim)) : x.shape.filter((_, i) => !axes.includes(i)) };
  });

function poolChannelsFirst(scope: LayerScope, x: KerasTensor, op: StandardOp, keep: boolean): KerasTensor {
  const name = emit(scope, op, [x]);
  const shape = withSpatial(
    x,
    spatialDims(x).map(() => 1),
  );
  if (keep) return { ...x, name, shape };
  return { ...x, name: emit(scope, 'Flatten', [name], { axis: 1 }), shape: [x.shape[0] ?? null, x.shape.at(-1) ?? null], layout: 'keras' };
}
