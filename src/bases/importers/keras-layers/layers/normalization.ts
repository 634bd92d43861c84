import { float32, fromNumbers, reshaped, type Tensor } from '../../../../core/index.js';
import {
  channelsFirst,
  channelsOf,
  constant,
  emit,
  findWeight,
  inKerasOrder,
  ints,
  type LayerScope,
  needWeight,
  parameter,
  scalar,
  unary,
} from '../scope.js';
import type { KerasTensor } from '../tensor.js';

/** BatchNormalization with its running statistics. A missing scale or shift is added as ones or zeros. */
export const batchNormalization = unary((scope, x) => {
  const rank = x.shape.length;
  const [axis = -1, ...more] = scope.config.axes('axis', -1);
  const positive = axis < 0 ? axis + rank : axis;
  if (more.length > 0 || (positive !== rank - 1 && positive !== 1)) scope.config.refuse('axis');
  const last = positive === rank - 1;
  const input = last ? channelsFirst(scope, x) : inKerasOrder(scope, x);
  const mean = needWeight(scope, 1, 'moving_mean');
  const variance = needWeight(scope, 1, 'moving_variance');
  const { dims } = mean.tensor;
  const names = [affine(scope, 'gamma', 1, dims), affine(scope, 'beta', 0, dims), parameter(scope, mean), parameter(scope, variance)];
  return { ...input, name: emit(scope, 'BatchNormalization', [input, ...names], { epsilon: scope.config.number('epsilon', 1e-3) }) };
});

/** The scale or shift of a normalisation, or one without effect. */
function affine(scope: LayerScope, weight: 'gamma' | 'beta', neutral: number, dims: readonly number[]): string {
  const found = scope.config.flag(weight === 'gamma' ? 'scale' : 'center', true) ? needWeight(scope, dims.length, weight) : undefined;
  if (found) return parameter(scope, found);
  const name = `${scope.config.layer}/${weight}`;
  return scope.graph.initializer(name, () => float32(dims, new Float32Array(dims.reduce((a, b) => a * b, 1)).fill(neutral)));
}

/** LayerNormalization over the last axes. */
export const layerNormalization = unary((scope, x) => {
  const input = inKerasOrder(scope, x);
  const rank = input.shape.length;
  const axes = scope.config
    .axes('axis', -1)
    .map((axis) => (axis < 0 ? axis + rank : axis))
    .sort((a, b) => a - b);
  const first = axes[0] ?? rank - 1;
  if (axes.some((axis, i) => axis !== first + i) || axes.at(-1) !== rank - 1) scope.config.refuse('axis');
  const sizes = input.shape.slice(first).map((dim) => (typeof dim === 'number' ? dim : scope.config.refuse('axis')));
  const names = [affine(scope, 'gamma', 1, sizes), affine(scope, 'beta', 0, sizes)];
  return { ...input, name: emit(scope, 'LayerNormalization', [input, ...names], { axis: first, epsilon: scope.config.number('epsilon', 1e-3) }) };
});

/** GroupNormalization over groups of channels. */
export const groupNormalization = unary((scope, x) => {
  const rank = x.shape.length;
  const [axis = -1] = scope.config.axes('axis', -1);
  if (axis !== -1 && axis !== rank - 1) scope.config.refuse('axis');
  const input = channelsFirst(scope, x);
  const channels = channelsOf(scope, x);
  const groups = scope.config.number('groups', 32);
  const names = [affine(scope, 'gamma', 1, [channels]), affine(scope, 'beta', 0, [channels])];
  const values = { num_groups: groups === -1 ? channels : groups, epsilon: scope.config.number('epsilon', 1e-3) };
  return { ...input, name: emit(scope, 'GroupNormalization', [input, ...names], values) };
});

/** RMSNormalization over the last axis. Source: Zhang and Sennrich, "Root mean square layer normalization", NeurIPS 2019. */
export const rmsNormalization = unary((scope, x) => {
  const rank = x.shape.length;
  const [axis = -1, ...more] = scope.config.axes('axis', -1);
  if (more.length > 0 || (axis !== -1 && axis !== rank - 1)) scope.config.refuse('axis');
  const input = inKerasOrder(scope, x);
  const square = emit(scope, 'Mul', [input, input]);
  const mean = emit(scope, 'ReduceMean', [square, ints(scope, 'axes', [-1])], { keepdims: 1 });
  const root = emit(scope, 'Sqrt', [emit(scope, 'Add', [mean, scalar(scope, scope.config.number('epsilon', 1e-6))])]);
  const unit = emit(scope, 'Div', [input, root]);
  return { ...input, name: emit(scope, 'Mul', [unit, parameter(scope, needWeight(scope, 1, 'scale'))]) };
});

/** UnitNormalization: every vector along the axis gets the length 1. */
export const unitNormalization = unary((scope, x) => {
  const [axis = -1, ...more] = scope.config.axes('axis', -1);
  if (more.length > 0) scope.config.refuse('axis');
  const input = inKerasOrder(scope, x);
  return { ...input, name: emit(scope, 'LpNormalization', [input], { axis, p: 2 }) };
});

/** Rescaling: `scale · x + offset`. */
export const rescaling = unary((scope, x) => {
  const scaled = affineStep(scope, x, 'Mul', perChannel(scope, 'scale', 1));
  return affineStep(scope, scaled, 'Add', perChannel(scope, 'offset', 0));
});

/** Normalization: `(x − mean) / √variance`, with the statistics the layer was adapted to. */
export const normalization = unary((scope, x) => {
  const [axis = -1] = scope.config.axes('axis', -1);
  if (axis !== -1 && axis !== x.shape.length - 1) scope.config.refuse('axis');
  if (scope.config.flag('invert', false)) scope.config.refuse('invert');
  const mean = statistic(scope, 'mean');
  const variance = statistic(scope, 'variance');
  const deviation = fromNumbers(
    'float32',
    variance.dims,
    Array.from(variance.data as Float32Array, (v) => Math.max(Math.sqrt(v), 1e-7)),
  );
  return affineStep(scope, affineStep(scope, x, 'Sub', mean), 'Div', deviation);
});

function statistic(scope: LayerScope, name: 'mean' | 'variance'): Tensor {
  const found = findWeight(scope, name);
  if (found) return reshaped(found.tensor, [found.tensor.data.length]);
  const value = scope.config.raw(name) ?? scope.config.refuse(name);
  return perChannel(scope, name, typeof value === 'number' ? value : 0);
}

function perChannel(scope: LayerScope, key: string, otherwise: number): Tensor {
  const value = scope.config.raw(key) ?? otherwise;
  const list: unknown = Array.isArray(value) ? value.flat(8) : [value];
  if (!Array.isArray(list) || !list.every((item) => typeof item === 'number')) scope.config.refuse(key);
  const numbers = list as number[];
  return float32([numbers.length], numbers);
}

/** `x` with one number a channel; nothing where the number has no effect. */
function affineStep(scope: LayerScope, x: KerasTensor, op: 'Mul' | 'Add' | 'Sub' | 'Div', values: Tensor): KerasTensor {
  const neutral = op === 'Mul' || op === 'Div' ? 1 : 0;
  if ((values.data as Float32Array).every((value) => value === neutral)) return x;
  const trailing = x.layout === 'channels-first' ? x.shape.length - 2 : 0;
  const shaped = reshaped(values, [...values.dims, ...Array.from({ length: trailing }, () => 1)]);
  return { ...x, name: emit(scope, op, [x, constant(scope, shaped)]) };
}
