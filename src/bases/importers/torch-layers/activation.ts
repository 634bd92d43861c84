import { fail, fromNumbers, rowOf } from '../../../core/index.js';
import type { AttributeValue, StandardOp } from '../../../engine/graph/index.js';
import { within } from './names.js';
import type { Value } from './network.js';

export type Activation = (x: Value) => Value;

const elementwise =
  (op: StandardOp, values: Readonly<Record<string, AttributeValue>> = {}): Activation =>
  (x) =>
    x.net.op(within(x, op.toLowerCase()), op, [x], x.dims, values);

export const noActivation: Activation = (x) => x;

export const relu = elementwise('Relu');
export const sigmoid = elementwise('Sigmoid');
export const tanh = elementwise('Tanh');
/** eˣ */
export const exponential = elementwise('Exp');
export const hardSwish = elementwise('HardSwish');
/** PyTorch's Hardsigmoid: relu6(x + 3) / 6. */
export const hardSigmoid = elementwise('HardSigmoid', { alpha: 1 / 6, beta: 0.5 });
/** GELU by the error function. */
export const gelu = elementwise('Gelu');
/** GELU by its tanh approximation: `gelu_new` of GPT-2, `gelu_pytorch_tanh`. */
const geluTanh = elementwise('Gelu', { approximate: 'tanh' });

export const relu6: Activation = (x) => {
  const hint = within(x, 'relu6');
  const [low, high] = [0, 6].map((bound) => x.net.constant(`${hint}/bound`, fromNumbers('float32', [], [bound])));
  return x.net.op(hint, 'Clip', [x, low, high], x.dims);
};

/** The smaller of x and a bound. */
export function atMost(x: Value, bound: number): Value {
  return x.net.op(within(x, 'at_most'), 'Min', [x, x.net.constant(within(x, 'bound'), fromNumbers('float32', [], [bound]))], x.dims);
}

/** SiLU, also called swish: x · σ(x). */
export const silu: Activation = (x) => x.net.op(within(x, 'silu'), 'Mul', [x, sigmoid(x)], x.dims);

/** OpenAI's approximation of GELU: x · σ(1.702 x). */
const quickGelu: Activation = (x) => {
  const factor = x.net.constant(within(x, 'factor'), fromNumbers('float32', [], [1.702]));
  return x.net.op(within(x, 'quick_gelu'), 'Mul', [x, sigmoid(x.net.op(within(x, 'scaled'), 'Mul', [x, factor], x.dims))], x.dims);
};

/** Softmax over the last axis. */
export function softmax(x: Value): Value {
  return x.net.op(within(x, 'softmax'), 'Softmax', [x], x.dims, { axis: -1 });
}

/** Activations by the names that configurations give them. Source: transformers/activations.py */
const activations: Readonly<Record<string, Activation>> = {
  linear: noActivation,
  relu,
  relu6,
  sigmoid,
  tanh,
  silu,
  swish: silu,
  gelu,
  gelu_python: gelu,
  gelu_new: geluTanh,
  gelu_accurate: geluTanh,
  gelu_python_tanh: geluTanh,
  gelu_fast: geluTanh,
  gelu_pytorch_tanh: geluTanh,
  quick_gelu: quickGelu,
  hardswish: hardSwish,
};

/** @throws IMPORT_LAYER_OPTION */
export function activationOf(name: string, layer: string): Activation {
  return rowOf(activations, name) ?? fail('IMPORT_LAYER_OPTION', { layer, option: 'activation', value: name, type: 'a Hugging Face model' });
}
