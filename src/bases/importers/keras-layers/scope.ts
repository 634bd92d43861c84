import { fail, fromNumbers, type Tensor } from '../../../core/index.js';
import type { AttributeValue, Dim, StandardOp } from '../../../engine/graph/index.js';
import type { LayerGraph } from '../layer-graph.js';
import type { LayerConfig } from './config.js';
import { fromChannelsFirst, inStoredOrder, type KerasTensor, toChannelsFirst } from './tensor.js';
import type { NamedTensor, WeightStore } from './weights.js';

/** How frameworks differ in running the same layer. */
export interface Dialect {
  /** Where bilinear upsampling puts its sample points: Keras at pixel centres, TF.js at corners. */
  readonly bilinear: 'half_pixel' | 'asymmetric';
  /** Slope of `hard_sigmoid`: 0.2 in Keras 2 and TF.js, 1/6 in Keras 3. */
  readonly hardSigmoidSlope: number;
}

/** What a converter has at hand: the layer's configuration and weights, and the graph it adds nodes to. */
export interface LayerScope {
  readonly config: LayerConfig;
  readonly graph: LayerGraph;
  readonly weights: WeightStore;
  readonly dialect: Dialect;
  /** Models and wrappers around the layer, outermost first. */
  readonly parents: readonly string[];
}

/** Turns one call of a layer into nodes. Most layers have one input. */
export type LayerConverter = (scope: LayerScope, inputs: readonly KerasTensor[]) => KerasTensor;

/** A converter of layers with exactly one input. */
export function unary(convert: (scope: LayerScope, x: KerasTensor) => KerasTensor): LayerConverter {
  return (scope, inputs) => {
    const [x] = inputs;
    if (!x || inputs.length > 1) {
      fail('IMPORT_TOPOLOGY', { reason: `layer "${scope.config.layer}" (${scope.config.type}) takes one input but is given ${inputs.length}` });
    }
    return convert(scope, x);
  };
}

/** Adds a node of the layer; returns the name of its value. */
export function emit(
  scope: LayerScope,
  op: StandardOp,
  inputs: readonly (string | KerasTensor)[],
  values: Readonly<Record<string, AttributeValue>> = {},
): string {
  const names = inputs.map((input) => (typeof input === 'string' ? input : input.name));
  return scope.graph.node(`${scope.config.layer}/${op}`, op, names, values)[0] ?? '';
}

/** The result of an element-wise node: shape, layout and type of `x`. */
export function emitLike(
  scope: LayerScope,
  x: KerasTensor,
  op: StandardOp,
  rest: readonly string[] = [],
  values: Readonly<Record<string, AttributeValue>> = {},
): KerasTensor {
  return { ...x, name: emit(scope, op, [x, ...rest], values) };
}

/** A fixed number or tensor. It is a Constant node, since a float initialiser would be a parameter. */
export function constant(scope: LayerScope, value: Tensor): string {
  return emit(scope, 'Constant', [], { value });
}

export function scalar(scope: LayerScope, value: number): string {
  return constant(scope, fromNumbers('float32', [], [value]));
}

export function ints(scope: LayerScope, name: string, values: readonly number[]): string {
  return scope.graph.ints(`${scope.config.layer}/${name}`, values);
}

/** The weight under the first of `names` that the file holds; Keras versions differ in them. */
export function findWeight(scope: LayerScope, ...names: readonly string[]): NamedTensor | undefined {
  for (const name of names) {
    const found = scope.weights.find(scope.config.layer, name, scope.parents);
    if (found) return found;
  }
  return undefined;
}

/**
 * @param shape how many dimensions it has, or what they are as far as the layer says
 * @throws IMPORT_WEIGHT_MISSING, IMPORT_WEIGHT_SHAPE
 */
export function needWeight(scope: LayerScope, shape: number | readonly unknown[], ...names: readonly string[]): NamedTensor {
  const { layer } = scope.config;
  const found = findWeight(scope, ...names) ?? fail('IMPORT_WEIGHT_MISSING', { layer, weight: names[0] ?? '' });
  const { dims } = found.tensor;
  const wanted = typeof shape === 'number' ? Array.from({ length: shape }) : shape;
  if (dims.length === wanted.length && wanted.every((dim, i) => typeof dim !== 'number' || dim === dims[i])) return found;
  const expected = typeof shape === 'number' ? `${shape} dimensions` : `[${shape.map((dim) => (typeof dim === 'number' ? dim : '…')).join(', ')}]`;
  return fail('IMPORT_WEIGHT_SHAPE', { weight: found.name, actual: dims.join(', '), layer, expected });
}

/** Makes a weight a parameter of the graph, under its own name. */
export function parameter(scope: LayerScope, weight: NamedTensor, arrange: (tensor: Tensor) => Tensor = (tensor) => tensor): string {
  return scope.graph.initializer(weight.name, () => arrange(weight.tensor));
}

/** `x` in Keras' axis order. */
export function inKerasOrder(scope: LayerScope, x: KerasTensor): KerasTensor {
  if (x.layout === 'keras') return x;
  return { ...x, name: emit(scope, 'Transpose', [x], { perm: fromChannelsFirst(x.shape.length) }), layout: 'keras' };
}

/** `x` with the channels in place 1. */
export function channelsFirst(scope: LayerScope, x: KerasTensor): KerasTensor {
  if (x.layout === 'channels-first' || x.shape.length < 3) return x;
  return { ...x, name: emit(scope, 'Transpose', [x], { perm: toChannelsFirst(x.shape.length) }), layout: 'channels-first' };
}

/**
 * Runs `convert` on a spatial value in the order ONNX wants. A layer configured `channels_first` has its value in that order
 * already, under the Keras name; its shape is turned to channels last for `convert` and back afterwards.
 */
export function spatially(scope: LayerScope, x: KerasTensor, convert: (x: KerasTensor) => KerasTensor): KerasTensor {
  if (scope.config.raw('data_format') !== 'channels_first') return convert(channelsFirst(scope, x));
  const plain = inKerasOrder(scope, x);
  const result = convert({ ...plain, shape: channelsLastShape(plain.shape), layout: 'channels-first' });
  return { ...result, shape: inStoredOrder(result.shape, 'channels-first'), layout: 'keras' };
}

function channelsLastShape(shape: readonly Dim[]): readonly Dim[] {
  return [...shape.slice(0, 1), ...shape.slice(2), ...shape.slice(1, 2)];
}

/** The size of the channel axis. @throws IMPORT_TOPOLOGY when the model does not fix it */
export function channelsOf(scope: LayerScope, x: KerasTensor): number {
  const channels = x.shape.at(-1);
  return typeof channels === 'number' ? channels : fail('IMPORT_TOPOLOGY', { reason: `the channels of layer "${scope.config.layer}" are not fixed` });
}

/** Sizes between batch and channels; `undefined` where not fixed. */
export function spatialDims(x: KerasTensor): (number | undefined)[] {
  return x.shape.slice(1, -1).map((dim) => (typeof dim === 'number' ? dim : undefined));
}

/** `x`'s shape with other spatial sizes and channels. */
export function withSpatial(x: KerasTensor, spatial: readonly (number | undefined)[], channels: Dim = x.shape.at(-1) ?? null): readonly Dim[] {
  return [x.shape[0] ?? null, ...spatial.map((dim) => dim ?? null), channels];
}
