import type { JsonObject } from '../../json.js';
import type { Value, WeightDims } from './network.js';

/** One number for both axes, or height and width. */
export type Pair = number | readonly [number, number];
type Padding = 'same' | 'valid';

interface WindowOptions {
  readonly strides?: number;
  readonly padding?: Padding;
  readonly name?: string | undefined;
}

interface ConvOptions extends WindowOptions {
  readonly bias?: boolean;
  readonly activation?: string;
  readonly groups?: number;
}

/** Conv2D. */
export function conv(x: Value, filters: number, kernel: Pair, options: ConvOptions = {}): Value {
  const { activation = 'linear', groups = 1 } = options;
  const weights = { kernel: [...pair(kernel), x.channels / groups, filters], ...biasIf(options.bias ?? true, filters) };
  return window(x, 'Conv2D', kernel, {
    ...options,
    config: { filters, groups, activation, use_bias: options.bias ?? true },
    weights,
    channels: filters,
  });
}

/** DepthwiseConv2D without bias, each channel on its own. */
export function depthwise(x: Value, kernel: Pair, options: WindowOptions = {}): Value {
  return window(x, 'DepthwiseConv2D', kernel, { ...options, config: { use_bias: false }, weights: { kernel: [...pair(kernel), x.channels, 1] } });
}

/** SeparableConv2D without bias. */
export function separable(x: Value, filters: number, kernel: Pair, options: WindowOptions = {}): Value {
  const weights = { depthwise_kernel: [...pair(kernel), x.channels, 1], pointwise_kernel: [1, 1, x.channels, filters] };
  return window(x, 'SeparableConv2D', kernel, { ...options, config: { filters, use_bias: false }, weights, channels: filters });
}

export function maxPool(x: Value, size: number, options: WindowOptions = {}): Value {
  return window(x, 'MaxPooling2D', size, { strides: size, ...options, weights: {} });
}

export function averagePool(x: Value, size: number, options: WindowOptions = {}): Value {
  return window(x, 'AveragePooling2D', size, { strides: size, ...options, weights: {} });
}

interface Window extends WindowOptions {
  readonly config?: JsonObject;
  readonly weights: WeightDims;
  readonly channels?: number;
}

function window(
  x: Value,
  type: string,
  kernel: Pair,
  { strides = 1, padding = 'valid', name, config, weights, channels = x.channels }: Window,
): Value {
  const sides = pair(kernel);
  const size = x.size.map((side, i) => (padding === 'same' ? Math.ceil(side / strides) : Math.floor((side - (sides[i] ?? 1)) / strides) + 1));
  const shared = { strides: [strides, strides], padding, [type.includes('Pool') ? 'pool_size' : 'kernel_size']: sides };
  return x.net.add({ type, inputs: [x], name, config: { ...config, ...shared }, weights, shape: { size, channels } });
}

interface BatchNormOptions {
  readonly epsilon?: number;
  readonly scale?: boolean;
  readonly name?: string | undefined;
}

export function batchNorm(x: Value, { epsilon = 1e-3, scale = true, name }: BatchNormOptions = {}): Value {
  const dims = [x.channels];
  const weights = { ...(scale ? { gamma: dims } : {}), beta: dims, moving_mean: dims, moving_variance: dims };
  return x.net.add({ type: 'BatchNormalization', inputs: [x], name, config: { epsilon, scale }, weights });
}

export function layerNorm(x: Value, epsilon: number, name?: string): Value {
  const weights = { gamma: [x.channels], beta: [x.channels] };
  return x.net.add({ type: 'LayerNormalization', inputs: [x], name, config: { epsilon }, weights });
}

export function dense(
  x: Value,
  units: number,
  { activation = 'linear', name }: { readonly activation?: string; readonly name?: string } = {},
): Value {
  const weights = { kernel: [x.channels, units], bias: [units] };
  return x.net.add({ type: 'Dense', inputs: [x], name, config: { units, activation }, weights, shape: { channels: units } });
}

export function activate(x: Value, activation: string, name?: string): Value {
  return x.net.add({ type: 'Activation', inputs: [x], name, config: { activation } });
}

export function relu(x: Value, name?: string, most?: number): Value {
  return x.net.add({ type: 'ReLU', inputs: [x], name, config: most === undefined ? {} : { max_value: most } });
}

/** ZeroPadding2D by begin and end of each axis. */
export function zeroPad(x: Value, padding: readonly (readonly [number, number])[], name?: string): Value {
  const size = x.size.map((side, i) => side + (padding[i]?.[0] ?? 0) + (padding[i]?.[1] ?? 0));
  return x.net.add({ type: 'ZeroPadding2D', inputs: [x], name, config: { padding }, shape: { size } });
}

/** The padding with which a window of stride 2 and no padding of its own covers what `same` covers: less at the beginning where the side is even. */
export function padForStride2(x: Value, kernel: number, name?: string): Value {
  const half = Math.floor(kernel / 2);
  return zeroPad(
    x,
    x.size.map((side) => [half - 1 + (side % 2), half]),
    name,
  );
}

/** GlobalAveragePooling2D to `[N, channels]`, or `[N, 1, 1, channels]`. */
export function globalAverage(x: Value, name?: string, keepdims = false): Value {
  return x.net.add({ type: 'GlobalAveragePooling2D', inputs: [x], name, config: { keepdims }, shape: { size: keepdims ? [1, 1] : [] } });
}

export function dropout(x: Value, rate: number, name?: string): Value {
  return x.net.add({ type: 'Dropout', inputs: [x], name, config: { rate } });
}

export function flatten(x: Value, name?: string): Value {
  return x.net.add({ type: 'Flatten', inputs: [x], name, shape: { size: [], channels: x.size.reduce((a, b) => a * b, x.channels) } });
}

/** Reshape of `x`, whose target is `[…size, channels]`. */
export function reshape(x: Value, size: readonly number[], name?: string): Value {
  return x.net.add({ type: 'Reshape', inputs: [x], name, config: { target_shape: [...size, x.channels] }, shape: { size } });
}

export function add(x: Value, y: Value | number, name?: string): Value {
  return x.net.add({ type: 'Add', inputs: [x, y], name });
}

export function multiply(x: Value, y: Value | number, name?: string): Value {
  return x.net.add({ type: 'Multiply', inputs: [x, y], name });
}

export function concatenate(parts: readonly [Value, ...Value[]], name?: string): Value {
  const channels = parts.reduce((sum, part) => sum + part.channels, 0);
  return parts[0].net.add({ type: 'Concatenate', inputs: parts, name, shape: { channels } });
}

export function rescale(x: Value, scale: number | readonly number[], offset = 0): Value {
  return x.net.add({ type: 'Rescaling', inputs: [x], config: { scale, offset } });
}

/** Pooled features to class probabilities, as most applications end. */
export function classifier(x: Value, classes: number): Value {
  return dense(globalAverage(x, 'avg_pool'), classes, { activation: 'softmax', name: 'predictions' });
}

/** The same with a dropout between. */
export function classifierWithDropout(x: Value, classes: number): Value {
  const pooled = dropout(globalAverage(x, 'avg_pool'), 0.2, 'top_dropout');
  return dense(pooled, classes, { activation: 'softmax', name: 'predictions' });
}

function pair(value: Pair): readonly [number, number] {
  return typeof value === 'number' ? [value, value] : value;
}

function biasIf(present: boolean, size: number): WeightDims {
  return present ? { bias: [size] } : {};
}
