import { distance } from 'fastest-levenshtein';
import { rowOf } from '../../../core/index.js';
import { emit, emitLike, type LayerScope, scalar } from './scope.js';
import { type KerasTensor, storedAxis } from './tensor.js';

type Activation = (scope: LayerScope, x: KerasTensor) => KerasTensor;

const relu: Activation = (scope, x) => emitLike(scope, x, 'Relu');
const relu6: Activation = (scope, x) => emitLike(scope, x, 'Clip', [scalar(scope, 0), scalar(scope, 6)]);
const softmax: Activation = (scope, x) => emitLike(scope, x, 'Softmax', [], { axis: storedAxis(x, -1) });
const hardSigmoid: Activation = (scope, x) => emitLike(scope, x, 'HardSigmoid', [], { alpha: scope.dialect.hardSigmoidSlope, beta: 0.5 });
const swish: Activation = (scope, x) => emitLike(scope, x, 'Mul', [emit(scope, 'Sigmoid', [x])]);

/** Keras' activation functions by name. */
const activations: Readonly<Record<string, Activation>> = {
  linear: (_, x) => x,
  relu,
  relu6,
  softmax,
  log_softmax: (scope, x) => emitLike(scope, x, 'LogSoftmax', [], { axis: storedAxis(x, -1) }),
  sigmoid: (scope, x) => emitLike(scope, x, 'Sigmoid'),
  hard_sigmoid: hardSigmoid,
  tanh: (scope, x) => emitLike(scope, x, 'Tanh'),
  elu: (scope, x) => emitLike(scope, x, 'Elu'),
  selu: (scope, x) => emitLike(scope, x, 'Selu'),
  softplus: (scope, x) => emitLike(scope, x, 'Softplus'),
  softsign: (scope, x) => emitLike(scope, x, 'Softsign'),
  exponential: (scope, x) => emitLike(scope, x, 'Exp'),
  leaky_relu: (scope, x) => emitLike(scope, x, 'LeakyRelu', [], { alpha: 0.2 }),
  mish: (scope, x) => emitLike(scope, x, 'Mish'),
  gelu: (scope, x) => emitLike(scope, x, 'Gelu'),
  gelu_new: (scope, x) => emitLike(scope, x, 'Gelu', [], { approximate: 'tanh' }),
  hard_swish: (scope, x) => emitLike(scope, x, 'HardSwish'),
  hard_silu: (scope, x) => emitLike(scope, x, 'HardSwish'),
  swish,
  silu: swish,
};

/** Applies an activation by its Keras name. @throws IMPORT_LAYER_OPTION */
export function activate(scope: LayerScope, x: KerasTensor, name: string): KerasTensor {
  const plain = name.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toLowerCase();
  const activation = rowOf(activations, plain) ?? rowOf(activations, name.toLowerCase());
  if (activation) return activation(scope, x);
  const nearest = Object.keys(activations).sort((a, b) => distance(plain, a) - distance(plain, b))[0] ?? '';
  return scope.config.refuse('activation', `${name} (nearest: ${nearest})`);
}

/** Applies the activation in the layer's configuration. */
export function activateConfigured(scope: LayerScope, x: KerasTensor): KerasTensor {
  return activate(scope, x, scope.config.functionName('activation', 'linear'));
}
