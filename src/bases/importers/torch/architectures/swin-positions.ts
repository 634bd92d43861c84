import { fromNumbers } from '../../../../core/index.js';
import {
  affine,
  atMost,
  exponential,
  linear,
  multiply,
  normalize,
  relativePositionBias,
  relu,
  reshape,
  scale,
  sigmoid,
  splitPacked,
  type Value,
} from '../../torch-layers/index.js';
import type { Positions } from './swin-attention.js';

/** Scaled products, and a bias from a table. */
export const swinV1Positions: Positions = (windows, name, index) => {
  const table = windows.net.parameter(`${name}.relative_position_bias_table`, [undefined, undefined]);
  const heads = Number(table.dims[1]);
  const [q, k, v] = splitPacked(linear(windows, `${name}.qkv`), heads);
  return { q, k, v, factor: 1 / Math.sqrt(Number(q.dims.at(-1))), bias: relativePositionBias(table, index) };
};

/** Cosines times a learned scale, of at most 100, and a bias that a small network computes from the logarithms of distances. */
export const swinV2Positions: Positions = (windows, name, index) => {
  const { net } = windows;
  const logScale = net.parameter(`${name}.logit_scale`, [undefined, 1, 1]);
  const [q, k, v] = splitPacked(affine(windows, ...packed(windows, name), `${name}.qkv`), Number(logScale.dims[0]));
  const factor = exponential(atMost(logScale, Math.log(100)));
  const hidden = relu(linear(logDistances(windows, name), `${name}.cpb_mlp.0`));
  const table = scale(sigmoid(linear(hidden, `${name}.cpb_mlp.2`)), 16);
  return { q: multiply(normalize(q), factor), k: normalize(k), v, factor: 1, bias: relativePositionBias(table, index) };
};

/** The weight and the bias of queries, keys and values; the one of the keys is taken for 0, as cosines had it cancel. */
function packed(windows: Value, name: string): [weight: Value, bias: Value] {
  const { net } = windows;
  const width = Number(windows.dims.at(-1));
  const isUsed = Array.from({ length: 3 * width }, (_, i) => (i >= width && i < 2 * width ? 0 : 1));
  const bias = net.parameter(`${name}.qkv.bias`, [3 * width]);
  const used = net.constant(`${name}.qkv/without_keys`, fromNumbers('float32', [3 * width], isUsed));
  return [net.parameter(`${name}.qkv.weight`, [3 * width, width], 'transposed'), multiply(bias, used)];
}

/**
 * The distances of two places in a window, each axis from −1 to 1, as sign · log₂(1 + 8 |distance|) / 3: `[(2·side − 1)², 2]`. They get their shape in
 * the graph, since a constant that a product takes as it is would count as a weight.
 */
function logDistances(windows: Value, name: string): Value {
  const side = Math.sqrt(Number(windows.dims[2]));
  const steps = Array.from({ length: 2 * side - 1 }, (_, i) => (8 * (i - side + 1)) / (side - 1));
  const logs = steps.map((step) => (Math.sign(step) * Math.log2(Math.abs(step) + 1)) / 3);
  const pairs = logs.flatMap((down) => logs.flatMap((right) => [down, right]));
  const table = windows.net.constant(`${name}/log_distances`, fromNumbers('float32', [steps.length, steps.length, 2], pairs));
  return reshape(table, [steps.length ** 2, 2]);
}
