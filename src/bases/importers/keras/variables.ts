import { rowOf } from '../../../core/index.js';
import type { LayerConfig } from '../keras-layers/index.js';

const DENSE = ['kernel', 'bias'];
const SEPARABLE = ['depthwise_kernel', 'pointwise_kernel', 'bias'];
const AFFINE = ['gamma', 'beta'];
const CELL = ['kernel', 'recurrent_kernel', 'bias'];

/** The weights of each type of layer in the order in which it makes them, which is that of `vars/0`, `vars/1` … */
const orders: Readonly<Record<string, readonly string[]>> = {
  Attention: ['scale'],
  BatchNormalization: [...AFFINE, 'moving_mean', 'moving_variance'],
  Conv1D: DENSE,
  Conv1DTranspose: DENSE,
  Conv2D: DENSE,
  Conv2DTranspose: DENSE,
  Conv3D: DENSE,
  Conv3DTranspose: DENSE,
  Dense: DENSE,
  DepthwiseConv1D: DENSE,
  DepthwiseConv2D: DENSE,
  EinsumDense: DENSE,
  Embedding: ['embeddings'],
  GRU: CELL,
  GroupNormalization: AFFINE,
  LSTM: CELL,
  LayerNormalization: AFFINE,
  LayerScale: ['gamma'],
  Normalization: ['mean', 'variance'],
  PReLU: ['alpha'],
  RMSNormalization: ['scale'],
  SeparableConv1D: SEPARABLE,
  SeparableConv2D: SEPARABLE,
  SimpleRNN: CELL,
};

/** The option without which a layer does not make a weight. */
const switches: Readonly<Record<string, string>> = { bias: 'use_bias', beta: 'center', gamma: 'scale' };

/** The weights that a layer of this configuration has, in order. */
export function weightsOf(config: LayerConfig): readonly string[] {
  const all = Object.hasOwn(orders, config.type) ? (orders[config.type] ?? []) : [];
  if (config.type === 'Attention' && !config.flag('use_scale', false)) return [];
  if (config.type === 'EinsumDense' && config.raw('bias_axes') === undefined) return ['kernel'];
  return all.filter((weight) => {
    const option = rowOf(switches, weight);
    // Statistics that are given are no weights.
    return option === undefined ? config.raw(weight) === undefined : config.flag(option, true);
  });
}

/** Whether training changes a weight, given by its key; the others are statistics. */
export function isTrained(key: string): boolean {
  return !/(?:^|\/)(?:moving_mean|moving_variance|mean|variance)$/.test(key);
}

/** Whether the layer keeps its weights in a cell. */
export function hasCell(config: LayerConfig): boolean {
  return orders[config.type] === CELL;
}

/** A class as Keras names its objects: `SeparableConv2D` is `separable_conv2d`. Source: keras/src/utils/naming.py */
export function snakeCase(type: string): string {
  return type
    .replaceAll(/\W+/g, '')
    .replaceAll(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replaceAll(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
}
