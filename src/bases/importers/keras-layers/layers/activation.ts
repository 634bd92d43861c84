import { permute } from '../../../../core/index.js';
import { activate, activateConfigured } from '../activations.js';
import { emitLike, findWeight, type LayerScope, needWeight, parameter, scalar, unary } from '../scope.js';
import { type KerasTensor, storedAxis, toChannelsFirst } from '../tensor.js';

export const activation = unary((scope, x) => activateConfigured(scope, x));

/** ReLU with Keras' upper bound, leak and threshold. */
export const rectifier = unary((scope, x) => {
  const { config } = scope;
  const slope = config.number('negative_slope', 0);
  if (config.number('threshold', 0) !== 0) config.refuse('threshold');
  const upper = config.raw('max_value') === undefined ? undefined : config.number('max_value');
  if (upper === undefined) return slope === 0 ? activate(scope, x, 'relu') : emitLike(scope, x, 'LeakyRelu', [], { alpha: slope });
  if (slope === 0) return emitLike(scope, x, 'Clip', [scalar(scope, 0), scalar(scope, upper)]);
  return emitLike(scope, emitLike(scope, x, 'LeakyRelu', [], { alpha: slope }), 'Clip', ['', scalar(scope, upper)]);
});

/** LeakyReLU; Keras 2 calls the slope `alpha`, Keras 3 `negative_slope`. */
export const leakyRectifier = unary((scope, x) => {
  const alpha = scope.config.number('negative_slope', scope.config.number('alpha', 0.3));
  return emitLike(scope, x, 'LeakyRelu', [], { alpha });
});

export const elu = unary((scope, x) => emitLike(scope, x, 'Elu', [], { alpha: scope.config.number('alpha', 1) }));

export const thresholdedRectifier = unary((scope, x) => emitLike(scope, x, 'ThresholdedRelu', [], { alpha: scope.config.number('theta', 1) }));

export const softmaxLayer = unary((scope, x) => {
  const [axis = -1, ...more] = scope.config.axes('axis', -1);
  if (more.length > 0) scope.config.refuse('axis');
  return emitLike(scope, x, 'Softmax', [], { axis: storedAxis(x, axis) });
});

/** PReLU; the slopes have the shape of one sample, or 1 where axes share them. */
export const parametricRectifier = unary((scope, x) => emitLike(scope, x, 'PRelu', [slopes(scope, x)]));

function slopes(scope: LayerScope, x: KerasTensor): string {
  const rank = x.shape.length - 1;
  const alpha = findWeight(scope, 'alpha') ?? needWeight(scope, rank, 'alpha');
  const perm = toChannelsFirst(rank + 1)
    .slice(1)
    .map((axis) => axis - 1);
  return parameter(scope, alpha, (tensor) => (x.layout === 'keras' ? tensor : permute(tensor, perm)));
}
