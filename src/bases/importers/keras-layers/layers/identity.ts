import { emit, scalar, unary } from '../scope.js';

/** Layers that do nothing at inference: noise, regularisation. The caller names the value after the layer. */
export const identity = unary((_, x) => x);

/** Dropout stays visible as a node; at inference it passes its input on. */
export const dropout = unary((scope, x) => {
  if (scope.config.raw('noise_shape') !== undefined) return x;
  return { ...x, name: emit(scope, 'Dropout', [x, scalar(scope, scope.config.number('rate', 0.5))]) };
});
